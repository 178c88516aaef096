import { createHmac, createSecretKey } from 'node:crypto'
import { type InboundRequest, SignatureError } from '../../../core/adapter.ts'
import { sameText, signatureHeader } from './signature-header.ts'

/** A header that holds `prefix` and the HMAC of the body, with the secret's own text as the key. */
export interface HmacScheme {
  /** In any case. */
  header: string
  algorithm: 'sha1' | 'sha256' | 'sha512'
  encoding: 'hex' | 'base64'
  /** What stands before the digest, for example `sha256=`; often nothing. */
  prefix: string
}

/** Nothing in such a request says when it was signed: a copy of it is a duplicate by its key, however late it comes. */
export function verifyHmac(request: InboundRequest, scheme: HmacScheme, secrets: readonly string[]): void {
  const { algorithm, encoding, prefix } = scheme
  const header = scheme.header.toLowerCase()
  const form = `the HMAC-${algorithm.toUpperCase()} of the body in ${encoding}`
  const given = signatureHeader(request, header, prefix === '' ? form : `"${prefix}" and ${form}`)
  for (const secret of secrets) {
    if (secret === '') continue
    const key = createSecretKey(Buffer.from(secret))
    const digest = createHmac(algorithm, key).update(request.body).digest(encoding)
    if (sameText(given, prefix + digest)) return
  }
  throw new SignatureError(
    `${header} does not match: send ${prefix === '' ? '' : `"${prefix}" and `}${form}, made with the secret of this source over the exact bytes of the body.`,
  )
}
