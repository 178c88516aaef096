import { z } from 'zod'
import { PERSON_ROLES } from '../../core/ledger/people.ts'

/** The shapes that the console speaks of, beside those of shapes.ts. */

const Moment = z.iso.datetime()

export const PersonRoleShape = z.enum(PERSON_ROLES)

export const PersonShape = z
  .object({
    id: z.string(),
    email: z.string(),
    name: z.string(),
    role: PersonRoleShape,
    createdAt: Moment,
  })
  .meta({ id: 'Person' })

export const SessionShape = z
  .object({
    person: PersonShape.nullable().describe('null: nobody is signed in'),
    csrf: z.string().nullable().describe('what requests that change something repeat as x-csrf-token'),
    may: z.array(z.string()).describe('the routes this person may call'),
    firstStart: z.boolean().describe('there is no owner yet'),
  })
  .meta({ id: 'Session' })

export const InvitationShape = z
  .object({
    id: z.string(),
    email: z.string(),
    role: PersonRoleShape,
    createdAt: Moment,
    expiresAt: Moment,
  })
  .meta({ id: 'Invitation' })
