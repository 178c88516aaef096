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
