import type { Touchpoint } from '../model/record.ts'
import type { Db } from './ledger.ts'
import { insertRows, isOneOf } from './rows.ts'

/** One visit of a visitor, as it would stand among the touchpoints of a deal. */
export interface Visit {
  visitor: string
  digest: string
  touchpoint: Touchpoint
}

/** The same visit twice is one. */
export async function addVisits(tx: Db, visits: readonly Visit[]): Promise<void> {
  const rows = visits.map(({ visitor, digest, touchpoint }) => ({
    visitor,
    digest,
    at: touchpoint.at,
    content: JSON.stringify(touchpoint),
  }))
  await insertRows(tx, 'visits', rows)
}

/** Notes that a visitor sent a form with an address of this digest. */
export async function addVisitor(tx: Db, hash: string, visitor: string, now: number): Promise<void> {
  await insertRows(tx, 'visitors', [{ hash, visitor, seen_at: now }])
}

/** Who sent forms with addresses of these digests. */
export async function visitorsBy(
  db: Db,
  hashes: readonly string[],
): Promise<{ hash: string; visitor: string }[]> {
  if (hashes.length === 0) return []
  return db
    .selectFrom('visitors')
    .select(['hash', 'visitor'])
    .where(isOneOf(db, 'hash', [...new Set(hashes)]))
    .execute()
}

/** The digests of a visitor's addresses. */
export async function hashesBy(db: Db, visitor: string): Promise<string[]> {
  const rows = await db.selectFrom('visitors').select('hash').where('visitor', '=', visitor).execute()
  return rows.map(({ hash }) => hash)
}

export async function visitsOf(db: Db, visitors: readonly string[]): Promise<Visit[]> {
  if (visitors.length === 0) return []
  const rows = await db
    .selectFrom('visits')
    .select(['visitor', 'digest', 'content'])
    .where(isOneOf(db, 'visitor', [...new Set(visitors)]))
    .execute()
  return rows.map(({ content, ...rest }) => ({ ...rest, touchpoint: JSON.parse(content) as Touchpoint }))
}

/** Removes what was told of these persons' visits: nobody needs it, as it belongs to no deal of theirs any more. */
export async function forgetVisitors(tx: Db, hashes: readonly string[]): Promise<void> {
  const visitors = (await visitorsBy(tx, hashes)).map(({ visitor }) => visitor)
  if (visitors.length === 0) return
  await tx
    .deleteFrom('visits')
    .where(isOneOf(tx, 'visitor', visitors))
    .execute()
  await tx
    .deleteFrom('visitors')
    .where(isOneOf(tx, 'visitor', visitors))
    .execute()
}

/** Visits that led to nothing for so long lead to nothing any more. */
export async function forgetOldVisits(tx: Db, before: number): Promise<void> {
  await tx.deleteFrom('visits').where('at', '<', before).execute()
  await tx.deleteFrom('visitors').where('seen_at', '<', before).execute()
}
