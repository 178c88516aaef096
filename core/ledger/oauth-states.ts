import { hash, randomBytes } from 'node:crypto'
import type { Db } from './ledger.ts'

/** A consent that was begun in one browser. */
export interface OauthState {
  /** Digest of the session that began it. */
  sessionHash: string
  /** The connection that gets the new token; null for a new one. */
  connectionId: string | null
}

/** Begins a consent; what is returned goes along to TikTok and comes back once. */
export async function beginConsent(
  db: Db,
  said: OauthState,
  { now, lifeMs }: { now: number; lifeMs: number },
): Promise<string> {
  const state = randomBytes(24).toString('base64url')
  await db.deleteFrom('oauth_states').where('expires_at', '<=', now).execute()
  await db
    .insertInto('oauth_states')
    .values({
      hash: hash('sha256', state),
      session_hash: said.sessionHash,
      connection_id: said.connectionId,
      expires_at: now + lifeMs,
    })
    .execute()
  return state
}

/** Ends a consent: null for a state that was never given, was used, or ran out. */
export async function endConsent(db: Db, state: string, now: number): Promise<OauthState | null> {
  const row = await db
    .deleteFrom('oauth_states')
    .where('hash', '=', hash('sha256', state))
    .where('expires_at', '>', now)
    .returningAll()
    .executeTakeFirst()
  return row ? { sessionHash: row.session_hash, connectionId: row.connection_id } : null
}
