import { timingSafeEqual } from 'node:crypto'
import { type InboundRequest, SignatureError } from '../../../core/adapter.ts'

/** The value of a header the scheme cannot do without; `expected` continues "send …". */
export function signatureHeader(request: InboundRequest, name: string, expected: string): string {
  const value = request.headers[name]
  if (value === undefined || value === '')
    throw new SignatureError(`The header ${name} is missing: send ${expected}.`)
  return value
}

/** Whether two texts are the same, in a time that tells nothing but their lengths. */
export function sameText(given: string, expected: string): boolean {
  const a = Buffer.from(given)
  const b = Buffer.from(expected)
  return a.length === b.length && timingSafeEqual(a, b)
}
