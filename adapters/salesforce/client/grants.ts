import { createHash, randomBytes } from 'node:crypto'
import type { Credentials } from '../../../core/adapter.ts'
import { assertion } from './assertion.ts'
import type { Login } from './login.ts'
import { SalesforceError } from './salesforce-error.ts'

/** A form for the token endpoint. */
export type Form = Record<string, string>

/** Name of the sealed value that proves at the token endpoint that we asked for the code (RFC 7636). */
const VERIFIER = 'verifier'

/** The page of Salesforce's own that shows the code in its address: no address of ours has to be reached by a browser. */
function redirectUri({ loginUrl }: Login): string {
  return `${loginUrl}/services/oauth2/success`
}

/**
 * Where a person agrees that Closeback reads their org (web flow with PKCE). The code in the address they end at is worth
 * something only together with the verifier, which stays in the ledger.
 */
export async function authorisationUrl(login: Login, credentials: Credentials): Promise<string> {
  const verifier = await credentials.renew(
    VERIFIER,
    async (kept) => kept ?? randomBytes(64).toString('base64url'),
  )
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: login.clientId,
    redirect_uri: redirectUri(login),
    scope: 'api refresh_token',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  })
  return `${login.loginUrl}/services/oauth2/authorize?${query}`
}

/**
 * What to ask the token endpoint with, the best first. Only the web flow has more than one: the refresh token that is
 * kept, the one that was set, the code of a new authorisation.
 *
 * @param kept the refresh token of the last session
 * @param now epoch ms
 */
export async function formsOf(
  login: Login,
  kept: string | null,
  { credentials, now }: { credentials: Pick<Credentials, 'read'>; now: () => number },
): Promise<Form[]> {
  const { auth, clientId, clientSecret } = login
  const client: Form =
    clientSecret === null ? { client_id: clientId } : { client_id: clientId, client_secret: clientSecret }
  if (auth === 'clientCredentials') return [{ grant_type: 'client_credentials', ...client }]
  if (auth === 'jwt')
    return [{ grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion: assertion(login, now()) }]
  const forms: Form[] = [...new Set([kept, login.refreshToken])]
    .filter((token) => token !== null)
    .map((token) => ({ grant_type: 'refresh_token', refresh_token: token, ...client }))
  const verifier = await credentials.read(VERIFIER)
  if (login.authorizationCode !== null && verifier !== null)
    forms.push({
      grant_type: 'authorization_code',
      code: login.authorizationCode,
      redirect_uri: redirectUri(login),
      code_verifier: verifier,
      ...client,
    })
  if (forms.length > 0) return forms
  throw new SalesforceError('auth', 'NOT_AUTHORISED', 'Nobody has authorised Closeback in this org yet.', {
    remedy: 'Run closeback install with this source: its first step shows the address where somebody agrees.',
  })
}
