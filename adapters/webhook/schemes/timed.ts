import { createHmac, createSecretKey } from 'node:crypto'
import { type InboundRequest, SignatureError } from '../../../core/adapter.ts'
import { sameText, signatureHeader } from './signature-header.ts'
import { signedTime } from './signed-time.ts'

/** A signature header `t=<seconds>,v1=<hex>` over `<seconds>.<body>`, HMAC-SHA256 with the secret's own text as the key. */
interface TimedScheme {
  /** Lower-case name of the header. */
  header: string
  /** Seconds a signature is good for, before and after this host's clock. */
  tolerance: number
}

/** Several `v1` may stand in the header while the sender rotates its secret; other versions are passed over. */
export function verifyTimed(
  request: InboundRequest,
  { header, tolerance }: TimedScheme,
  secrets: readonly string[],
  now: number,
): void {
  const value = signatureHeader(request, header, '"t=", the seconds since 1970, ",v1=" and the signature')
  const parts = value.split(',').map((part) => part.trim())
  const times = parts.filter((part) => part.startsWith('t='))
  if (times.length !== 1) throw new SignatureError(`${header} must hold one time, as "t=1700000000".`)
  const time = signedTime((times[0] ?? '').slice(2), `The time in ${header}`, tolerance, now)
  const given = parts.filter((part) => part.startsWith('v1=')).map((part) => part.slice(3))
  if (given.length === 0)
    throw new SignatureError(`${header} holds no v1 signature: send "v1=" and the HMAC-SHA256 in hex.`)
  for (const secret of secrets) {
    if (secret === '') continue
    const key = createSecretKey(Buffer.from(secret))
    const expected = createHmac('sha256', key).update(`${time}.`).update(request.body).digest('hex')
    let match = false
    for (const one of given) if (sameText(one, expected)) match = true
    if (match) return
  }
  throw new SignatureError(
    `${header} does not match: give this source the signing secret that its sender shows for this address, and pass the exact bytes of the body on.`,
  )
}
