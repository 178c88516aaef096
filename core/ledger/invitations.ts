import { hash, randomBytes } from 'node:crypto'
import type { Db } from './ledger.ts'
import { emailKey, type PersonRole } from './people.ts'

export interface Invitation {
  id: string
  kind: 'invite' | 'reset'
  email: string
  role: PersonRole
  /** Epoch ms. */
  createdAt: number
  expiresAt: number
}

/** Makes the token of a link and returns it, once. An earlier link of the same kind for the same address ends. */
export async function addInvitation(
  tx: Db,
  said: Pick<Invitation, 'kind' | 'email' | 'role'> & { createdBy: string; lifeMs: number },
  now: number,
): Promise<{ id: string; token: string; expiresAt: number }> {
  const { kind, role, createdBy, lifeMs } = said
  const email = emailKey(said.email)
  const id = `invitation_${randomBytes(6).toString('hex')}`
  const token = randomBytes(32).toString('base64url')
  await tx
    .deleteFrom('invitations')
    .where((e) => e.or([e('expires_at', '<=', now), e.and([e('email', '=', email), e('kind', '=', kind)])]))
    .execute()
  await tx
    .insertInto('invitations')
    .values({
      id,
      hash: hash('sha256', token),
      kind,
      email,
      role,
      created_by: createdBy,
      created_at: now,
      expires_at: now + lifeMs,
    })
    .execute()
  return { id, token, expiresAt: now + lifeMs }
}

export async function findInvitation(db: Db, token: string, now: number): Promise<Invitation | null> {
  const row = await db
    .selectFrom('invitations')
    .selectAll()
    .where('hash', '=', hash('sha256', token))
    .where('expires_at', '>', now)
    .executeTakeFirst()
  return row ? invitationOf(row) : null
}

/** Uses a link up: null for a wrong one, one that ran out, and the second of two at the same moment. */
export async function useInvitation(tx: Db, token: string, now: number): Promise<Invitation | null> {
  const row = await tx
    .deleteFrom('invitations')
    .where('hash', '=', hash('sha256', token))
    .where('expires_at', '>', now)
    .returningAll()
    .executeTakeFirst()
  return row ? invitationOf(row) : null
}

/** Invitations nobody followed yet, newest first. */
export async function openInvitations(db: Db, now: number): Promise<Invitation[]> {
  const rows = await db
    .selectFrom('invitations')
    .selectAll()
    .where('kind', '=', 'invite')
    .where('expires_at', '>', now)
    .orderBy('created_at', 'desc')
    .execute()
  return rows.map(invitationOf)
}

/** False when there is none of this id. */
export async function removeInvitation(tx: Db, id: string): Promise<boolean> {
  const result = await tx.deleteFrom('invitations').where('id', '=', id).executeTakeFirst()
  return result.numDeletedRows > 0n
}

function invitationOf(row: {
  id: string
  kind: 'invite' | 'reset'
  email: string
  role: string
  created_at: number
  expires_at: number
}): Invitation {
  const { id, kind, email, role, created_at, expires_at } = row
  return { id, kind, email, role: role as PersonRole, createdAt: created_at, expiresAt: expires_at }
}
