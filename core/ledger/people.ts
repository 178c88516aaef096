import { randomBytes } from 'node:crypto'
import type { Selectable } from 'kysely'
import { hasOwnerKey, type Role } from './api-keys.ts'
import type { Db } from './ledger.ts'
import { insertRows } from './rows.ts'
import type { PeopleTable } from './schema-console.ts'

/** Roles of people: a sender is a program. */
export const PERSON_ROLES = ['owner', 'admin', 'editor', 'viewer'] as const satisfies readonly Role[]
export type PersonRole = (typeof PERSON_ROLES)[number]

export interface Person {
  id: string
  email: string
  name: string
  role: PersonRole
  /** argon2id in PHC form; never leaves the host. */
  password: string
  /** Epoch ms. */
  createdAt: number
}

/** One spelling of an address, so that nobody exists twice. */
export function emailKey(email: string): string {
  return email.trim().toLowerCase()
}

/** Adds a person; null when the address is taken. */
export async function addPerson(
  tx: Db,
  person: Omit<Person, 'id' | 'createdAt'>,
  now: number,
): Promise<Person | null> {
  const made = { ...person, email: emailKey(person.email), id: `person_${randomBytes(6).toString('hex')}` }
  const rows = await insertRows(tx, 'people', [{ ...made, created_at: now }], ['id'])
  return rows.length === 0 ? null : { ...made, createdAt: now }
}

export async function personById(db: Db, id: string): Promise<Person | null> {
  const row = await db.selectFrom('people').selectAll().where('id', '=', id).executeTakeFirst()
  return row ? personOf(row) : null
}

export async function personByEmail(db: Db, email: string): Promise<Person | null> {
  const row = await db
    .selectFrom('people')
    .selectAll()
    .where('email', '=', emailKey(email))
    .executeTakeFirst()
  return row ? personOf(row) : null
}

/** Oldest first. */
export async function listPeople(db: Db): Promise<Person[]> {
  const rows = await db.selectFrom('people').selectAll().orderBy('created_at').orderBy('id').execute()
  return rows.map(personOf)
}

export async function setRole(tx: Db, id: string, role: PersonRole): Promise<void> {
  await tx.updateTable('people').set({ role }).where('id', '=', id).execute()
}

export async function setPassword(tx: Db, id: string, password: string): Promise<void> {
  await tx.updateTable('people').set({ password }).where('id', '=', id).execute()
}

/** The person is gone, and so is every session; what they did keeps their id. */
export async function removePerson(tx: Db, id: string): Promise<void> {
  await tx.deleteFrom('sessions').where('person_id', '=', id).execute()
  await tx.deleteFrom('people').where('id', '=', id).execute()
}

export async function countOwners(db: Db): Promise<number> {
  const { n } = await db
    .selectFrom('people')
    .select((e) => e.fn.countAll<number>().as('n'))
    .where('role', '=', 'owner')
    .executeTakeFirstOrThrow()
  return n
}

/** Whether there is an owner, a person or a key: from then on the set-up key opens nothing. */
export async function hasOwner(db: Db): Promise<boolean> {
  return (await hasOwnerKey(db)) || (await countOwners(db)) > 0
}

function personOf(row: Selectable<PeopleTable>): Person {
  const { id, email, name, role, password, created_at } = row
  return { id, email, name, role: role as PersonRole, password, createdAt: created_at }
}
