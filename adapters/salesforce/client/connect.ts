import { Connection } from 'jsforce/lib/core.js'
import { REFUSED_SESSIONS, TOKEN_MS } from '../constants.ts'
import type { Allowance } from './allowance.ts'
import { type Form, formsOf } from './grants.ts'
import { type Context, type Login, loginOf } from './login.ts'
import { SalesforceError } from './salesforce-error.ts'
import { readSession, requestSession, SESSION, type Session, writeSession } from './session.ts'
import { BufferedTransport } from './transport.ts'

/** jsforce's connection with what it needs to live long: our transport, and sessions that are renewed once over all hosts. */
export interface Connected {
  conn: Connection
  organizationId: string
  userId: string
  /** The server's clock at its last answer, epoch ms; ours until it answered. */
  serverNow(): number
  /** Why a renewal failed, when this is what jsforce made a bare text of; else the error itself. */
  refusal(error: unknown): unknown
}

/** Logs in, or takes the session that is kept. Throws SalesforceError. */
export async function connect(
  latest: () => Context,
  version: string,
  allowance: Allowance,
): Promise<Connected> {
  const login = await loginOf(latest())
  const tokenUrl = `${login.loginUrl}/services/oauth2/token`
  let skew = 0
  /** Fresh sessions since the API last accepted one. */
  let refused = 0
  let refusal: unknown = null
  const transport = new BufferedTransport({
    fetch: (...given) => latest().fetch(...given),
    seen(url, status, headers) {
      const date = Date.parse(headers.date ?? '')
      if (Number.isFinite(date)) skew = date - latest().now()
      allowance.note(headers['sforce-limit-info'])
      if (status !== 401 && url !== tokenUrl) refused = 0
    },
  })
  const conn: Connection = new Connection({
    version,
    loginUrl: login.loginUrl,
    callOptions: { client: 'Closeback' },
    // jsforce waits for ever when this rejects without calling back.
    refreshFn: (_, done) => {
      renew().then(
        ({ accessToken }) => done(null, accessToken),
        (error: Error) => {
          refusal = error
          done(error)
        },
      )
    },
  })
  conn._transport = transport
  conn.oauth2._transport = transport

  const session = await sessionAfter(latest(), login, null, post)
  establish(session)
  return {
    conn,
    organizationId: session.organizationId,
    userId: session.userId,
    serverNow: () => latest().now() + skew,
    refusal: (error) =>
      error instanceof Error && error.message.startsWith('Unable to refresh session')
        ? (refusal ?? error)
        : error,
  }

  async function renew(): Promise<Session> {
    if (++refused > REFUSED_SESSIONS)
      throw new SalesforceError(
        'auth',
        'INVALID_SESSION_ID',
        'Salesforce refuses every session, also fresh ones.',
        {
          remedy:
            'Check that the integration user is active, may use the API, and is not limited to certain IP addresses.',
        },
      )
    const renewed = await sessionAfter(latest(), login, conn.accessToken ?? null, post)
    if (renewed.organizationId !== session.organizationId)
      throw new SalesforceError(
        'config',
        'OTHER_ORGANIZATION',
        'The log-in now leads to another organisation.',
        {
          remedy: 'Use a source of its own for each organisation.',
        },
      )
    establish(renewed)
    return renewed
  }

  function establish({ accessToken, instanceUrl }: Session): void {
    conn.instanceUrl = instanceUrl
    conn.accessToken = accessToken
  }

  async function post(form: Form): Promise<unknown> {
    const { statusCode, body } = await transport.httpRequest(
      {
        method: 'POST',
        url: tokenUrl,
        headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
        body: new URLSearchParams(form).toString(),
      },
      { timeout: TOKEN_MS },
    )
    const answer = parseJson(body)
    if (statusCode < 400) return answer
    const { error } = Object(answer) as { error?: unknown }
    throw Object.assign(new Error('the token endpoint refused'), {
      errorCode: typeof error === 'string' ? error : `ERROR_HTTP_${statusCode}`,
    })
  }
}

/**
 * A session other than the `stale` one (an access token). One host renews at a time; whoever waited finds the new
 * session and asks for none. It is kept before it is used, because a rotated refresh token that is lost costs the
 * authorisation.
 */
async function sessionAfter(
  ctx: Context,
  login: Login,
  stale: string | null,
  post: (form: Form) => Promise<unknown>,
): Promise<Session> {
  const known = readSession(await ctx.credentials.read(SESSION), login)
  if (known !== null && known.accessToken !== stale) return known
  const text = await ctx.credentials.renew(SESSION, async (text) => {
    const before = readSession(text, login)
    if (text !== null && before !== null && before.accessToken !== stale) return text
    const kept = before?.refreshToken ?? null
    const fresh = await requestSession(login, kept, await formsOf(login, kept, ctx), post)
    return writeSession(fresh, login)
  })
  const session = readSession(text, login)
  if (session !== null) return session
  throw new SalesforceError(
    'transient',
    'SESSION_CHANGED',
    'The credentials changed while a session was renewed.',
    {
      remedy: 'Nothing is lost; it is tried again by itself.',
    },
  )
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
