import { z } from 'zod'
import { id18 } from '../ids.ts'
import { classify } from './classify.ts'
import type { Form } from './grants.ts'
import type { Login } from './login.ts'
import { SalesforceError } from './salesforce-error.ts'

/** Name of the sealed value that holds the session of a source. */
export const SESSION = 'session'

/** What a log-in gave. Kept sealed in the ledger, so that every host and command uses the same one. */
export interface Session {
  accessToken: string
  /** Origin. */
  instanceUrl: string
  /** 18 characters. */
  organizationId: string
  /** 18 characters. */
  userId: string
  refreshToken: string | null
}

const kept = z.object({
  accessToken: z.string(),
  instanceUrl: z.string(),
  organizationId: z.string(),
  userId: z.string(),
  refreshToken: z.string().nullable(),
  of: z.string(),
})

/** Members of a token answer that are used (Help, "OAuth 2.0 Tokens"). */
const answerShape = z.object({
  access_token: z.string().min(1),
  instance_url: z.string(),
  id: z.string(),
  refresh_token: z.string().optional(),
})

/** The session in a sealed text, `null` when it came from other credentials or another version. */
export function readSession(text: string | null, login: Pick<Login, 'fingerprint'>): Session | null {
  if (text === null) return null
  const read = kept.safeParse(parseJson(text))
  return read.success && read.data.of === login.fingerprint ? read.data : null
}

export function writeSession(session: Session, { fingerprint }: Login): string {
  return JSON.stringify({ ...session, of: fingerprint })
}

/**
 * Asks the token endpoint for a new session, with one form after the other while they are refused as outdated.
 *
 * @param post sends the form and gives the parsed answer
 * @param before the refresh token of the session that ran out
 */
export async function requestSession(
  login: Login,
  before: string | null,
  forms: readonly Form[],
  post: (form: Form) => Promise<unknown>,
): Promise<Session> {
  for (const [at, form] of forms.entries()) {
    try {
      return sessionOf(await post(form), form.refresh_token ?? before, login)
    } catch (error) {
      const failure = classify(error, 'logging in')
      if (failure.errorCode !== 'invalid_grant' || at === forms.length - 1) throw failure
    }
  }
  throw new Error('a log-in without a form')
}

function sessionOf(answer: unknown, refreshToken: string | null, { loginUrl }: Login): Session {
  const read = answerShape.safeParse(answer)
  const [organizationId, userId] = (read.data?.id ?? '').split('/').slice(-2).map(id18)
  const instance = URL.parse(read.data?.instance_url ?? '')
  // A session must not be sent in the clear, nor where a redirected answer points to.
  const isSafe = instance?.protocol === 'https:' || instance?.protocol === new URL(loginUrl).protocol
  if (!read.success || !organizationId || !userId || instance === null || !isSafe)
    throw new SalesforceError(
      'config',
      'NOT_A_TOKEN',
      'Salesforce, logging in: the answer holds no session.',
      {
        remedy: 'Check that the login URL is your My Domain, for example https://acme.my.salesforce.com.',
      },
    )
  return {
    accessToken: read.data.access_token,
    instanceUrl: instance.origin,
    organizationId,
    userId,
    refreshToken: read.data.refresh_token ?? refreshToken,
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
