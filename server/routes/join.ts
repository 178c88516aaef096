import { z } from 'zod'
import { findInvitation, useInvitation } from '../../core/ledger/invitations.ts'
import { addEntry } from '../../core/ledger/journal.ts'
import type { Db } from '../../core/ledger/ledger.ts'
import { addPerson, countOwners, type Person, personByEmail, setPassword } from '../../core/ledger/people.ts'
import { endSessionsOf } from '../../core/ledger/sessions.ts'
import { ClosebackError } from '../../core/model/errors.ts'
import { findKey } from '../auth/authenticate.ts'
import { hashPassword, refuseWeak } from '../auth/passwords.ts'
import { refuseOtherSites } from '../auth/same-site.ts'
import { signIn } from '../auth/sessions.ts'
import { PersonRoleShape, SessionShape } from '../openapi/console-shapes.ts'
import { operation } from './operation.ts'
import { Email, NewPassword } from './parameters.ts'
import { sessionBody } from './session.ts'

const Token = z.string().min(1).max(200)
const PersonName = z.string().trim().max(100).default('')

export const postOwner = operation({
  route: 'POST /api/v1/owner',
  id: 'makeOwner',
  summary: 'Makes the first owner, by the set-up key that the first start printed, and signs them in',
  body: z.strictObject({ token: Token, email: Email, name: PersonName, password: NewPassword }),
  answers: {
    201: { description: 'signed in; the set-up key opens nothing any more', schema: SessionShape },
    401: { description: 'this is not the set-up key, or an owner’s key' },
    409: { description: 'there is an owner already' },
    429: { description: 'too many tries failed' },
  },
  async act({ body: { token, email, name, password }, req, res }, host) {
    const { ledger } = host.closeback
    refuseOtherSites(req, host.publicUrl())
    if ((await countOwners(ledger.db)) > 0) throw hasOne()
    const attempt = await host.attempts.take(req, res, null)
    const key = await findKey(ledger.db, token)
    if (key?.role !== 'owner') {
      throw new ClosebackError('unauthorized', 'This is not the set-up key.', {
        remedy:
          'The first start printed it; an owner’s API key is taken too ("closeback api-key create --role owner").',
      })
    }
    await attempt.succeeded()
    refuseWeak(password, email)
    const kept = await hashPassword(password)
    const person = await ledger.transaction(async (tx) => {
      if ((await countOwners(tx)) > 0) throw hasOne()
      return added(tx, { email, name, role: 'owner', password: kept }, ledger.now())
    })
    await signIn(req, person, ledger.now())
    return { status: 201, body: sessionBody(person, req.session.csrf, false) }
  },
})

export const lookAtInvitation = operation({
  route: 'POST /api/v1/join/look',
  id: 'lookAtInvitation',
  summary: 'Tells whom the link of an invitation, or to a new password, is for',
  body: z.strictObject({ token: Token }),
  answers: {
    200: {
      description: 'the link works',
      schema: z.object({ kind: z.enum(['invite', 'reset']), email: z.string(), role: PersonRoleShape }),
    },
    404: { description: 'it was used, or ran out' },
    429: { description: 'too many tries failed' },
  },
  async act({ body: { token }, req, res }, { closeback: { ledger }, attempts }) {
    const attempt = await attempts.take(req, res, null)
    const found = await findInvitation(ledger.db, token, ledger.now())
    if (found === null) throw noLink()
    await attempt.succeeded()
    const { kind, email, role } = found
    return { status: 200, body: { kind, email, role } }
  },
})

export const join = operation({
  route: 'POST /api/v1/join',
  id: 'join',
  summary:
    'Uses a link up: a new person or a new password; signs in and ends every other session of the person',
  body: z.strictObject({ token: Token, name: PersonName, password: NewPassword }),
  answers: {
    200: { description: 'signed in', schema: SessionShape },
    404: { description: 'the link was used, or ran out' },
    409: { description: 'there is a person of this address already' },
    429: { description: 'too many tries failed' },
  },
  async act({ body: { token, name, password }, req, res }, host) {
    const { ledger } = host.closeback
    refuseOtherSites(req, host.publicUrl())
    const attempt = await host.attempts.take(req, res, null)
    const found = await findInvitation(ledger.db, token, ledger.now())
    if (found === null) throw noLink()
    await attempt.succeeded()
    refuseWeak(password, found.email)
    const kept = await hashPassword(password)
    const person = await ledger.transaction(async (tx) => {
      const used = await useInvitation(tx, token, ledger.now())
      if (used === null) throw noLink()
      const { kind, email, role } = used
      if (kind === 'invite') return added(tx, { email, name, role, password: kept }, ledger.now())
      return renewed(tx, email, kept, ledger.now())
    })
    await signIn(req, person, ledger.now())
    return { status: 200, body: sessionBody(person, req.session.csrf, false) }
  },
})

async function added(tx: Db, said: Omit<Person, 'id' | 'createdAt'>, now: number): Promise<Person> {
  const person = await addPerson(tx, said, now)
  if (person === null) {
    throw new ClosebackError('conflict', 'There is a person of this address already.', {
      remedy: 'Sign in; "closeback user reset EMAIL" makes a link to a new password.',
    })
  }
  const subject = `person ${person.id}`
  await addEntry(tx, { at: now, actor: person.id, verb: 'join', subject, detail: person.role })
  return person
}

async function renewed(tx: Db, email: string, password: string, now: number): Promise<Person> {
  const person = await personByEmail(tx, email)
  if (person === null) throw noLink()
  await setPassword(tx, person.id, password)
  await endSessionsOf(tx, person.id, null)
  const subject = `person ${person.id}`
  await addEntry(tx, { at: now, actor: person.id, verb: 'new password', subject, detail: '' })
  return person
}

function hasOne(): ClosebackError {
  return new ClosebackError('conflict', 'There is an owner already.', {
    remedy: 'Sign in, or ask the owner for an invitation.',
  })
}

function noLink(): ClosebackError {
  return new ClosebackError('not_found', 'This link was used already, or ran out.', {
    remedy: 'Ask an owner for a new one; "closeback user reset EMAIL" makes one too.',
  })
}
