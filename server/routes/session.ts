import { z } from 'zod'
import type { Role } from '../../core/ledger/api-keys.ts'
import { hasOwner, type Person, personByEmail, personById, setPassword } from '../../core/ledger/people.ts'
import { endSessionsOf } from '../../core/ledger/sessions.ts'
import { ClosebackError } from '../../core/model/errors.ts'
import { hashPassword, MAX_PASSWORD, refuseWeak, verifyPassword } from '../auth/passwords.ts'
import { PERMISSIONS, type Permission } from '../auth/permissions.ts'
import { refuseOtherSites } from '../auth/same-site.ts'
import { sessionHash } from '../auth/session-store.ts'
import { signIn, signOut } from '../auth/sessions.ts'
import { type PersonShape, SessionShape } from '../openapi/console-shapes.ts'
import { operation } from './operation.ts'
import { Email, NewPassword } from './parameters.ts'

/** Whose session it is, for the console: what it needs to show, and the token its requests repeat. */
export function sessionBody(person: Person | null, csrf: string | undefined, isFirstStart: boolean) {
  return {
    person: person && personBody(person),
    csrf: person ? (csrf ?? null) : null,
    may: person ? routesFor(person.role) : [],
    firstStart: isFirstStart,
  }
}

export function personBody({ id, email, name, role, createdAt }: Person): z.infer<typeof PersonShape> {
  return { id, email, name, role, createdAt: new Date(createdAt).toISOString() }
}

function routesFor(role: Role): string[] {
  return Object.entries(PERMISSIONS as Record<string, Permission>).flatMap(([route, permission]) =>
    Array.isArray(permission) && permission.includes(role) ? [route] : [],
  )
}

export const getSession = operation({
  route: 'GET /api/v1/session',
  id: 'getSession',
  summary: 'Tells who is signed in, and what they may do',
  answers: { 200: { description: 'the session', schema: SessionShape } },
  async act({ req }, { closeback: { ledger } }) {
    const id = req.session?.personId
    const person = id === undefined ? null : await personById(ledger.db, id)
    const isFirst = person === null && !(await hasOwner(ledger.db))
    return { status: 200, body: sessionBody(person, req.session?.csrf, isFirst) }
  },
})

export const postSession = operation({
  route: 'POST /api/v1/session',
  id: 'signIn',
  summary: 'Signs a person in by e-mail and password; the answer sets a cookie',
  body: z.strictObject({ email: Email, password: z.string().min(1).max(MAX_PASSWORD) }),
  answers: {
    200: { description: 'signed in', schema: SessionShape },
    401: { description: 'this is not the address and password of anybody' },
    429: { description: 'too many tries failed' },
  },
  async act({ body: { email, password }, req, res }, host) {
    const { ledger } = host.closeback
    refuseOtherSites(req, host.publicUrl())
    const attempt = await host.attempts.take(req, res, email)
    const person = await personByEmail(ledger.db, email)
    if (!(await verifyPassword(password, person?.password ?? null)) || person === null) {
      throw new ClosebackError('unauthorized', 'This is not the address and password of anybody.', {
        remedy: 'Try again; "closeback user reset EMAIL" makes a link to a new password.',
      })
    }
    await attempt.succeeded()
    await signIn(req, person, ledger.now())
    return { status: 200, body: sessionBody(person, req.session.csrf, false) }
  },
})

export const deleteSession = operation({
  route: 'DELETE /api/v1/session',
  id: 'signOut',
  summary: 'Ends the session',
  answers: { 204: { description: 'nobody is signed in here any more' } },
  async act({ req }) {
    if (req.session?.personId !== undefined) await signOut(req)
    return { status: 204, body: null }
  },
})

export const putPassword = operation({
  route: 'PUT /api/v1/session/password',
  id: 'changePassword',
  summary: 'Changes the password of who is signed in, and ends their other sessions',
  body: z.strictObject({ current: z.string().min(1).max(MAX_PASSWORD), password: NewPassword }),
  answers: { 204: { description: 'changed' }, 429: { description: 'too many tries failed' } },
  async act({ body: { current, password }, req, res }, host) {
    const { ledger } = host.closeback
    const person = await personById(ledger.db, req.session?.personId ?? '')
    if (person === null) {
      throw new ClosebackError('invalid', 'A key has no password.', { remedy: 'Sign in first.' })
    }
    const attempt = await host.attempts.take(req, res, person.email)
    if (!(await verifyPassword(current, person.password))) {
      throw new ClosebackError('invalid', 'This is not the present password.', {
        remedy: 'Type the present one first.',
        issues: [{ path: 'current', message: 'is not the present password' }],
      })
    }
    await attempt.succeeded()
    refuseWeak(password, person.email)
    const kept = await hashPassword(password)
    await ledger.transaction(async (tx) => {
      await setPassword(tx, person.id, kept)
      await endSessionsOf(tx, person.id, sessionHash(req.sessionID))
    })
    return { status: 204, body: null }
  },
})
