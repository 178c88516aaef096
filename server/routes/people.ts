import { z } from 'zod'
import { addInvitation, openInvitations, removeInvitation } from '../../core/ledger/invitations.ts'
import { addEntry } from '../../core/ledger/journal.ts'
import type { Db } from '../../core/ledger/ledger.ts'
import {
  countOwners,
  listPeople,
  type Person,
  personByEmail,
  personById,
  removePerson,
  setRole,
} from '../../core/ledger/people.ts'
import { ClosebackError } from '../../core/model/errors.ts'
import { DAY, toIso } from '../../core/model/time.ts'
import { InvitationShape, PersonRoleShape, PersonShape } from '../openapi/console-shapes.ts'
import { operation } from './operation.ts'
import { Email, Name } from './parameters.ts'
import { personBody } from './session.ts'

const INVITATION_LIFE_MS = 7 * DAY

export const getPeople = operation({
  route: 'GET /api/v1/people',
  id: 'listPeople',
  summary: 'Lists who may sign in, and invitations nobody followed yet',
  answers: {
    200: {
      description: 'oldest first',
      schema: z.object({ people: z.array(PersonShape), invitations: z.array(InvitationShape) }),
    },
  },
  async act(_call, { closeback: { ledger } }) {
    const people = await listPeople(ledger.db)
    const invitations = await openInvitations(ledger.db, ledger.now())
    return {
      status: 200,
      body: {
        people: people.map(personBody),
        invitations: invitations.map(({ id, email, role, createdAt, expiresAt }) => ({
          id,
          email,
          role,
          createdAt: toIso(createdAt),
          expiresAt: toIso(expiresAt),
        })),
      },
    }
  },
})

export const putPerson = operation({
  route: 'PUT /api/v1/people/{id}',
  id: 'changeRole',
  summary: 'Gives a person another role, from their next click on',
  path: z.object({ id: Name }),
  body: z.strictObject({ role: PersonRoleShape }),
  answers: {
    200: { description: 'the person', schema: PersonShape },
    404: { description: 'there is nobody of this id' },
    409: { description: 'they are the last owner' },
  },
  async act({ path: { id }, body: { role }, actor }, { closeback: { ledger } }) {
    const person = await ledger.transaction(async (tx) => {
      const found = await known(tx, id)
      if (role !== 'owner') await refuseLastOwner(tx, found)
      await setRole(tx, id, role)
      const subject = `person ${id}`
      const detail = `${found.role} to ${role}`
      await addEntry(tx, { at: ledger.now(), actor: actor ?? 'api', verb: 'role', subject, detail })
      return { ...found, role }
    })
    return { status: 200, body: personBody(person) }
  },
})

export const deletePerson = operation({
  route: 'DELETE /api/v1/people/{id}',
  id: 'removePerson',
  summary: 'Removes a person and ends their sessions',
  path: z.object({ id: Name }),
  answers: {
    204: { description: 'removed' },
    404: { description: 'there is nobody of this id' },
    409: { description: 'they are the last owner' },
  },
  async act({ path: { id }, actor }, { closeback: { ledger } }) {
    await ledger.transaction(async (tx) => {
      const found = await known(tx, id)
      await refuseLastOwner(tx, found)
      await removePerson(tx, id)
      const subject = `person ${id}`
      await addEntry(tx, {
        at: ledger.now(),
        actor: actor ?? 'api',
        verb: 'remove',
        subject,
        detail: found.role,
      })
    })
    return { status: 204, body: null }
  },
})

export const postInvitation = operation({
  route: 'POST /api/v1/invitations',
  id: 'invite',
  summary: 'Makes a link with which somebody joins; it works once, for a week, and is shown this once',
  body: z.strictObject({ email: Email, role: PersonRoleShape }),
  answers: {
    201: {
      description: 'the link',
      schema: z.object({ id: z.string(), url: z.string(), expiresAt: z.iso.datetime() }),
    },
    409: { description: 'this person has joined already' },
  },
  async act({ body: { email, role }, actor }, { closeback: { ledger }, publicUrl }) {
    const made = await ledger.transaction(async (tx) => {
      if (await personByEmail(tx, email)) {
        throw new ClosebackError('conflict', 'Somebody of this address has joined already.', {
          remedy: 'Change their role instead.',
        })
      }
      const said = {
        kind: 'invite' as const,
        email,
        role,
        createdBy: actor ?? 'api',
        lifeMs: INVITATION_LIFE_MS,
      }
      const invitation = await addInvitation(tx, said, ledger.now())
      const subject = `invitation ${invitation.id}`
      await addEntry(tx, { at: ledger.now(), actor: actor ?? 'api', verb: 'invite', subject, detail: role })
      return invitation
    })
    // Behind the "#" it is never sent to a server, and stands in no log.
    const url = `${publicUrl()}/join#${made.token}`
    return { status: 201, body: { id: made.id, url, expiresAt: toIso(made.expiresAt) } }
  },
})

export const deleteInvitation = operation({
  route: 'DELETE /api/v1/invitations/{id}',
  id: 'withdrawInvitation',
  summary: 'Takes an invitation back',
  path: z.object({ id: Name }),
  answers: {
    204: { description: 'its link opens nothing' },
    404: { description: 'there is none of this id' },
  },
  async act({ path: { id }, actor }, { closeback: { ledger } }) {
    await ledger.transaction(async (tx) => {
      if (!(await removeInvitation(tx, id))) {
        throw new ClosebackError('not_found', 'There is no open invitation of this id.', {
          remedy: 'List them with GET /api/v1/people.',
        })
      }
      const subject = `invitation ${id}`
      await addEntry(tx, { at: ledger.now(), actor: actor ?? 'api', verb: 'withdraw', subject, detail: '' })
    })
    return { status: 204, body: null }
  },
})

async function known(tx: Db, id: string): Promise<Person> {
  const person = await personById(tx, id)
  if (person !== null) return person
  throw new ClosebackError('not_found', 'There is nobody of this id.', {
    remedy: 'List them with GET /api/v1/people.',
  })
}

async function refuseLastOwner(tx: Db, { role }: Person): Promise<void> {
  if (role !== 'owner' || (await countOwners(tx)) > 1) return
  throw new ClosebackError('conflict', 'This is the last owner.', {
    remedy: 'Make somebody else an owner first.',
  })
}
