import { sql } from 'kysely'
import type { Db } from './ledger.ts'
import { byKeyAlone, indexedBy } from './rows.ts'

/** Deliveries of one connection that have the same trouble. */
export interface Trouble {
  connectionId: string
  count: number
  /** Since when the oldest of them has it, epoch ms; null where that is not known. */
  since: number | null
}

type Found = { connection_id: string; n: number; since: number | null }

/** Deliveries that wait for a person to say whether TikTok has them. */
export async function uncertainDeliveries(db: Db): Promise<Trouble[]> {
  const { rows } = await sql<Found>`
    select connection_id, count(*) as n, min(settled_at) as since
    from deliveries ${indexedBy(db, 'deliveries_uncertain')}
    where state = 'uncertain' group by connection_id`.execute(db)
  return rows.map(toTrouble)
}

/** Deliveries on hold since before `before`, for something that no timer ends. */
export async function heldSinceBefore(db: Db, before: number): Promise<Trouble[]> {
  const { rows } = await sql<Found>`
    select connection_id, count(*) as n, min(created_at) as since
    from deliveries ${indexedBy(db, 'deliveries_held_since')}
    where state = 'held' and created_at < ${before} and next_at is null group by connection_id`.execute(db)
  return rows.map(toTrouble)
}

/** Deliveries that TikTok refused alone at least this often, with no other to compare them to. */
export async function refusedAlone(db: Db, attempts: number): Promise<Trouble[]> {
  const { rows } = await sql<Found>`
    select connection_id, count(*) as n, null as since
    from deliveries ${indexedBy(db, 'deliveries_refused')}
    where state = 'waiting' and outcome = 'refused' and attempts >= ${attempts} group by connection_id`.execute(
    db,
  )
  return rows.map(toTrouble)
}

function toTrouble({ connection_id, n, since }: Found): Trouble {
  return { connectionId: connection_id, count: n, since }
}

/** When the newest stage change was taken in, epoch ms; null before the first. */
export async function lastSeenChange(db: Db): Promise<number | null> {
  const row = await db
    .selectFrom('stage_changes')
    .select('seen_at')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row?.seen_at ?? null
}

/** What the newest `most` deliveries came to since `since`, by connection: a bounded walk along the key. */
export async function recentlySettled(
  db: Db,
  { most, since }: { most: number; since: number },
): Promise<{ connectionId: string; accepted: number; rejected: number }[]> {
  const { rows } = await sql<{ connection_id: string; accepted: number; rejected: number }>`
    select connection_id,
      count(case when state = 'accepted' then 1 end) as accepted,
      count(case when state = 'rejected' then 1 end) as rejected
    from deliveries ${byKeyAlone(db)}
    where id > (select coalesce(max(id), 0) from deliveries) - ${most} and settled_at >= ${since}
    group by connection_id`.execute(db)
  return rows.map(({ connection_id, accepted, rejected }) => ({
    connectionId: connection_id,
    accepted,
    rejected,
  }))
}
