import { CompiledQuery } from 'kysely'
import type { HashedIdentity } from '../identity/identity.ts'
import { type DealRow, dealsById } from './deals.ts'
import type { Db, Ledger } from './ledger.ts'
import { engineOf, insertRows, isOneOf } from './rows.ts'

const LOCK = CompiledQuery.raw('lock table suppressions in access exclusive mode')

/** Hex digits of a digest that a safe integer holds: 52 bits. */
const PREFIX_DIGITS = 13

/** What the index of persons keeps of a digest. */
function prefixOf(hash: string): number {
  return Number.parseInt(hash.slice(0, PREFIX_DIGITS), 16)
}

/** The digests that name a person by themselves. */
export function hashesOf(identity: HashedIdentity | null): string[] {
  return identity === null ? [] : [...identity.email, ...identity.phone, ...identity.externalId]
}

/** Notes on which deals these digests were seen; the same pair twice is one. */
export async function indexIdentities(
  tx: Db,
  seen: readonly { hash: string; dealId: number }[],
): Promise<void> {
  const rows = seen.map(({ hash, dealId }) => ({ prefix: prefixOf(hash), deal_id: dealId }))
  await insertRows(tx, 'identities', rows)
}

/** Deals on which one of these digests may have been seen: two digests can share what the index keeps of them. */
export async function dealsSeenWith(tx: Db, hashes: readonly string[]): Promise<DealRow[]> {
  const rows = await tx
    .selectFrom('identities')
    .select('deal_id')
    .where(isOneOf(tx, 'prefix', hashes.map(prefixOf)))
    .distinct()
    .execute()
  return dealsById(
    tx,
    rows.map((row) => row.deal_id),
  )
}

/** Of these digests the ones whose person asked to be forgotten. Next to nothing while nobody did. */
export async function suppressedAmong(db: Db, hashes: readonly string[]): Promise<Set<string>> {
  if (hashes.length === 0 || !(await hasSuppressions(db))) return new Set()
  const rows = await db
    .selectFrom('suppressions')
    .select('hash')
    .where(isOneOf(db, 'hash', [...new Set(hashes)]))
    .execute()
  return new Set(rows.map((row) => row.hash))
}

/** Most ledgers have no list at all: asking that first spares the look-ups. */
export async function hasSuppressions(db: Db): Promise<boolean> {
  return (await db.selectFrom('suppressions').select('pending').limit(1).executeTakeFirst()) !== undefined
}

/**
 * Adds digests to the list. Once this resolves, whoever looks a digest up finds it, and whoever looked before has
 * committed what it kept, so that what is searched afterwards is all there is: SQLite has one writer, and on
 * PostgreSQL the table is locked against readers for this one insert.
 */
export async function suppress(ledger: Ledger, hashes: readonly string[], now: number): Promise<void> {
  await ledger.transaction(async (tx) => {
    if (engineOf(tx) === 'postgres') await tx.executeQuery(LOCK)
    const rows = hashes.map((hash) => ({ hash, prefix: prefixOf(hash), created_at: now, pending: 1 }))
    await insertRows(tx, 'suppressions', rows, [], '(hash) do update set pending = 1')
  })
}
