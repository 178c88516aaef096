import { randomBytes } from 'node:crypto'
import type { Request, RequestHandler } from 'express'
import session from 'express-session'
import type { Person } from '../../core/ledger/people.ts'
import { DAY } from '../../core/model/time.ts'
import type { Host } from '../host.ts'
import { LedgerSessionStore } from './session-store.ts'

/** A person signs in once a week at least, whatever they do. */
const LIFE_MS = 7 * DAY

declare module 'express-session' {
  interface SessionData {
    personId: string
    /** What every request that changes something must repeat in a header. */
    csrf: string
    /** Epoch ms, by the clock of the host. */
    expiresAt: number
  }
}

/**
 * Reads the session of requests that bring its cookie. Nobody has one before signing in. The cookie is only sent back to
 * this very host, never readable by scripts, never along with what another site posts; over https never without it.
 */
export function sessions(host: Host): RequestHandler {
  const { ledger, sessionKey, config } = host.closeback
  const secure = config.publicUrl?.startsWith('https:') ?? false
  const read = session({
    name: secure ? '__Host-closeback' : 'closeback',
    secret: sessionKey,
    store: new LedgerSessionStore(ledger),
    resave: false,
    saveUninitialized: false,
    proxy: true,
    cookie: { httpOnly: true, sameSite: 'lax', secure, path: '/', maxAge: LIFE_MS },
  })
  return (req, res, next) => {
    if (req.headers.authorization !== undefined) return next()
    // The operator says that people come by https; the proxy that ends it need not repeat that in each request.
    if (secure) req.headers['x-forwarded-proto'] = 'https'
    read(req, res, next)
  }
}

/** Signs a person in: always under a new id, so that one that was planted before is worth nothing. */
export async function signIn(req: Request, person: Person, now: number): Promise<void> {
  await settled((done) => req.session.regenerate(done))
  req.session.personId = person.id
  req.session.csrf = randomBytes(24).toString('base64url')
  req.session.expiresAt = now + LIFE_MS
  await settled((done) => req.session.save(done))
}

/** Ends the session here and in the ledger. */
export async function signOut(req: Request): Promise<void> {
  await settled((done) => req.session.destroy(done))
}

function settled(call: (done: (error: unknown) => void) => unknown): Promise<void> {
  return new Promise((resolve, reject) => {
    call((error) => (error ? reject(error) : resolve()))
  })
}
