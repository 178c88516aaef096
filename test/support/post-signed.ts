import { type ReceiveReport, receive } from '../../core/pipeline/receive.ts'
import type { Closeback } from '../../server/compose.ts'
import { type Signing, signedHeaders } from './signed.ts'

/** Posts items as one signed request, through everything behind the HTTP route: verified, parsed, hashed, committed. */
export function postSigned(
  { pipeline, inbox }: Pick<Closeback, 'pipeline' | 'inbox'>,
  source: string,
  items: readonly unknown[],
  signing: Signing,
): Promise<ReceiveReport> {
  const body = JSON.stringify(items)
  return receive(pipeline, inbox, source, {
    method: 'POST',
    url: `http://127.0.0.1/hooks/webhook/${source}`,
    headers: signedHeaders(body, signing),
    body: Buffer.from(body),
  })
}
