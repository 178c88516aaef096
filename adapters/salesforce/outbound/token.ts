import { hash, timingSafeEqual } from 'node:crypto'

/** Whether the last part of the address is one of the tokens; takes as long for a near miss as for any other text. */
export function isToken(given: string, tokens: readonly string[]): boolean {
  const digest = hash('sha256', given, 'buffer')
  let match = false
  for (const token of tokens) if (timingSafeEqual(hash('sha256', token, 'buffer'), digest)) match = true
  return match
}
