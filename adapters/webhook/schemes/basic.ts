import { hash } from 'node:crypto'
import { type InboundRequest, SignatureError } from '../../../core/adapter.ts'
import { sameText, signatureHeader } from './signature-header.ts'

/**
 * HTTP Basic (RFC 7617): `Authorization: Basic` and the base64 of `user:password` in UTF-8, which is the secret. Pipedrive
 * offers nothing else (https://pipedrive.readme.io/docs/guide-for-webhooks-v2, http_auth_user). The body is not signed:
 * what protects it is TLS alone. Compared as texts, so that no second writing of the same bytes passes.
 */
export function verifyBasic(request: InboundRequest, secrets: readonly string[]): void {
  const given = digest(signatureHeader(request, 'authorization', '"Basic " and the base64 of user:password'))
  let match = false
  for (const secret of secrets) {
    if (!secret.includes(':')) continue
    if (sameText(given, digest(`Basic ${Buffer.from(secret).toString('base64')}`))) match = true
  }
  if (!match)
    throw new SignatureError(
      'authorization does not match: send HTTP Basic with the user and password of this source.',
    )
}

// Digests have one length, so the time of the comparison says nothing about that of the password.
function digest(text: string): string {
  return hash('sha256', text)
}
