import { hash, randomBytes } from 'node:crypto'
import type { Db } from './ledger.ts'

/** Deny by default: what each role may do is one table, in server/auth. */
export const ROLES = ['owner', 'admin', 'editor', 'viewer', 'sender'] as const
export type Role = (typeof ROLES)[number]

export interface ApiKey {
  id: string
  role: Role
  /** Only a sender has one, and it may post to nothing else. */
  sourceId: string | null
}

/** The id under which the first start's key is kept; it stops working once an owner exists. */
export const SETUP_KEY = 'setup'

/**
 * Creates a key and returns it, once: only its SHA-256 is kept. A key is 256 random bits, so a plain digest
 * cannot be guessed back; argon2 is for passwords.
 */
export async function createApiKey(
  db: Db,
  { id, role, sourceId }: { id?: string; role: Role; sourceId: string | null },
  now: number,
): Promise<{ id: string; key: string }> {
  const keyId = id ?? `key_${randomBytes(6).toString('hex')}`
  const key = `cb_${randomBytes(32).toString('base64url')}`
  await db
    .insertInto('api_keys')
    .values({
      id: keyId,
      hash: hash('sha256', key),
      role,
      source_id: sourceId,
      created_at: now,
      revoked_at: null,
    })
    .execute()
  return { id: keyId, key }
}

/** Whose key this is; null for a wrong or revoked one. Looked up by digest, so time says nothing about the key. */
export async function findApiKey(db: Db, key: string): Promise<ApiKey | null> {
  const row = await db
    .selectFrom('api_keys')
    .select(['id', 'role', 'source_id'])
    .where('hash', '=', hash('sha256', key))
    .where('revoked_at', 'is', null)
    .executeTakeFirst()
  return row ? { id: row.id, role: row.role as Role, sourceId: row.source_id } : null
}

export async function hasApiKey(db: Db, id: string): Promise<boolean> {
  return (await db.selectFrom('api_keys').select('id').where('id', '=', id).executeTakeFirst()) !== undefined
}

/** Whether an owner was ever given a key: from then on the set-up key opens nothing, whatever becomes of that owner. */
export async function hasOwnerKey(db: Db): Promise<boolean> {
  const row = await db
    .selectFrom('api_keys')
    .select('id')
    .where('role', '=', 'owner')
    .where('id', '!=', SETUP_KEY)
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}

/** Keys that work, oldest first, without the keys themselves: nobody has those but their holders. */
export async function listApiKeys(db: Db): Promise<(ApiKey & { createdAt: number })[]> {
  const rows = await db
    .selectFrom('api_keys')
    .select(['id', 'role', 'source_id', 'created_at'])
    .where('revoked_at', 'is', null)
    .orderBy('created_at')
    .orderBy('id')
    .execute()
  return rows.map((row) => ({
    id: row.id,
    role: row.role as Role,
    sourceId: row.source_id,
    createdAt: row.created_at,
  }))
}

/** Ends a key for good. False when there is none that works under this id. */
export async function revokeApiKey(db: Db, id: string, now: number): Promise<boolean> {
  const result = await db
    .updateTable('api_keys')
    .set({ revoked_at: now })
    .where('id', '=', id)
    .where('revoked_at', 'is', null)
    .executeTakeFirst()
  return result.numUpdatedRows > 0n
}
