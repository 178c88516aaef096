import type { Db } from './ledger.ts'
import { insertRows } from './rows.ts'

/** What is kept of a session: nothing that opens it. */
export interface KeptSession {
  /** SHA-256 of the session's id. */
  hash: string
  personId: string | null
  content: string
  /** Epoch ms. */
  expiresAt: number
}

/** The content of a session that has not run out. */
export async function readSession(db: Db, hash: string, now: number): Promise<string | null> {
  const row = await db
    .selectFrom('sessions')
    .select('content')
    .where('hash', '=', hash)
    .where('expires_at', '>', now)
    .executeTakeFirst()
  return row?.content ?? null
}

/** Keeps a session, and forgets those that ran out. */
export async function keepSession(db: Db, session: KeptSession, now: number): Promise<void> {
  const row = {
    hash: session.hash,
    person_id: session.personId,
    content: session.content,
    expires_at: session.expiresAt,
  }
  await db.deleteFrom('sessions').where('expires_at', '<=', now).execute()
  const update =
    '(hash) do update set person_id = excluded.person_id, content = excluded.content, expires_at = excluded.expires_at'
  await insertRows(db, 'sessions', [row], [], update)
}

export async function endSession(db: Db, hash: string): Promise<void> {
  await db.deleteFrom('sessions').where('hash', '=', hash).execute()
}

/** Ends every session of a person but one (`null`: all of them). */
export async function endSessionsOf(db: Db, personId: string, butHash: string | null): Promise<void> {
  let query = db.deleteFrom('sessions').where('person_id', '=', personId)
  if (butHash !== null) query = query.where('hash', '!=', butHash)
  await query.execute()
}
