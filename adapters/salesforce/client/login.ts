import { createPrivateKey, hash } from 'node:crypto'
import type { AdapterContext } from '../../../core/adapter.ts'
import { ClosebackError, type Issue } from '../../../core/model/errors.ts'
import { LOGIN_URL } from '../constants.ts'
import type { Secrets, Settings } from '../settings.ts'

export type Context = AdapterContext<Settings, Secrets>

/** Everything a grant needs, complete. */
export interface Login {
  auth: Settings['auth']
  loginUrl: string
  sandbox: boolean
  clientId: string
  clientSecret: string | null
  privateKey: string | null
  username: string | null
  /** Of the first authorisation; later ones stand in the session. */
  refreshToken: string | null
  /** Of a person who just agreed in the web flow; good for ten minutes, once. */
  authorizationCode: string | null
  /** Tells whether a kept session came from these credentials, without holding them. */
  fingerprint: string
}

/** The credentials of a source. Throws ClosebackError `config` that names everything that is missing for its kind of log-in. */
export async function loginOf({ settings, secrets, origin }: Context): Promise<Login> {
  const given = await secrets()
  const { auth, username = null } = settings
  const [clientId] = given.clientId ?? []
  const [clientSecret = null] = given.clientSecret ?? []
  const [privateKey = null] = given.privateKey ?? []
  const [refreshToken = null] = given.refreshToken ?? []
  const [authorizationCode = null] = given.authorizationCode ?? []
  const issues: Issue[] = []
  const need = (path: string, value: string | null | undefined, message: string) => {
    if (!value) issues.push({ path, message })
  }
  need('secrets.clientId', clientId, 'is missing: the consumer key of the External Client App')
  if (auth === 'clientCredentials')
    need('secrets.clientSecret', clientSecret, 'is missing: the consumer secret')
  if (auth === 'jwt') {
    need('settings.username', username, 'is missing: the integration user')
    need('secrets.privateKey', privateKey, 'is missing: the private key of the certificate')
    if (privateKey && !isPrivateKey(privateKey))
      issues.push({ path: 'secrets.privateKey', message: 'is no RSA private key in PEM form' })
  }
  if (clientId === undefined || issues.length > 0)
    throw new ClosebackError('config', `The credentials for a log-in of the kind ${auth} are not complete.`, {
      remedy: 'Set what is missing; docs/salesforce.md shows where Salesforce tells it.',
      issues,
    })
  const loginUrl = settings.loginUrl ?? origin ?? LOGIN_URL
  return {
    auth,
    loginUrl,
    sandbox: settings.sandbox,
    clientId,
    clientSecret,
    privateKey,
    username,
    refreshToken,
    authorizationCode,
    fingerprint: hash('sha256', JSON.stringify([auth, loginUrl, clientId, username])).slice(0, 32),
  }
}

function isPrivateKey(pem: string): boolean {
  try {
    return createPrivateKey(pem).asymmetricKeyType === 'rsa'
  } catch {
    return false
  }
}
