import { sql } from 'kysely'
import type { StoredTicket } from '../adapter.ts'
import { forgottenIdentity, type HashedIdentity } from '../identity/identity.ts'
import { withoutClicks } from '../model/forgotten.ts'
import type { JsonValue } from '../model/json.ts'
import type { Db, Ledger } from './ledger.ts'
import { engineOf, insertRows, isOneOf, stateIs } from './rows.ts'
import { hashesOf, hasSuppressions, suppressedAmong } from './suppressions.ts'

/** A ticket on its way into the ledger: identifiers are hashes already. */
export interface NewTicket {
  sourceId: string
  key: string
  /** Keyed digest of the item as the sender said it. */
  digest: string
  recordType: string
  recordId: string
  /** JSON. */
  content: string
  /** JSON, or null. */
  identity: string | null
}

/** `duplicate`: seen before, same content. `conflict`: seen before with other content; the first one is kept. */
export type Arrival = 'received' | 'duplicate' | 'conflict'

export interface InboxTicket extends StoredTicket {
  id: number
  sourceId: string
  attempts: number
}

/** Commits tickets; the result has one entry a ticket, in order. Keys are remembered for ever, per source. */
export async function appendTickets(tx: Db, given: readonly NewTicket[], now: number): Promise<Arrival[]> {
  const tickets = await forgetSuppressed(tx, given)
  const first = new Map<string, NewTicket>()
  for (const ticket of tickets) {
    const name = nameOf(ticket.sourceId, ticket.key)
    if (!first.has(name)) first.set(name, ticket)
  }
  const rows = [...first.values()].map((ticket) => ({
    source_id: ticket.sourceId,
    key: ticket.key,
    digest: ticket.digest,
    received_at: now,
    record_type: ticket.recordType,
    record_id: ticket.recordId,
    content: ticket.content,
    identity: ticket.identity,
    state: 'new' as const,
    attempts: 0,
    next_at: 0,
    error: null,
  }))
  const inserted = await insertRows<object, { source_id: string; key: string }>(tx, 'inbox', rows, [
    'source_id',
    'key',
  ])
  if (inserted.length === tickets.length) return tickets.map(() => 'received')

  const fresh = new Set(inserted.map((row) => nameOf(row.source_id, row.key)))
  const known = await digestsOf(
    tx,
    tickets.filter((ticket) => !fresh.has(nameOf(ticket.sourceId, ticket.key))),
  )
  const conflicts: object[] = []
  const arrivals = tickets.map((ticket): Arrival => {
    const name = nameOf(ticket.sourceId, ticket.key)
    const kept = first.get(name)
    if (fresh.has(name) && kept === ticket) return 'received'
    const digest = fresh.has(name) ? kept?.digest : known.get(name)
    if (digest === ticket.digest) return 'duplicate'
    conflicts.push({
      source_id: ticket.sourceId,
      key: ticket.key,
      digest: ticket.digest,
      received_at: now,
      content: ticket.content,
    })
    return 'conflict'
  })
  await insertRows(tx, 'conflicts', conflicts)
  return arrivals
}

/** Of persons who asked to be forgotten nothing is kept but that something came. */
async function forgetSuppressed(tx: Db, tickets: readonly NewTicket[]): Promise<readonly NewTicket[]> {
  if (!(await hasSuppressions(tx))) return tickets
  const hashes = tickets.map(({ identity }) =>
    hashesOf(identity === null ? null : (JSON.parse(identity) as HashedIdentity)),
  )
  const suppressed = await suppressedAmong(tx, hashes.flat())
  return tickets.map((ticket, index) =>
    hashes[index]?.some((hash) => suppressed.has(hash)) ? { ...ticket, ...forgotten(ticket) } : ticket,
  )
}

/** What a stored message of a forgotten person looks like. */
export function forgotten({ content }: { content: string }): { content: string; identity: string } {
  return {
    content: JSON.stringify(withoutClicks(JSON.parse(content) as JsonValue)),
    identity: JSON.stringify(forgottenIdentity()),
  }
}

function nameOf(sourceId: string, key: string): string {
  return `${sourceId}\n${key}`
}

async function digestsOf(tx: Db, tickets: readonly NewTicket[]): Promise<Map<string, string>> {
  const found = new Map<string, string>()
  for (const [sourceId, group] of Map.groupBy(tickets, (ticket) => ticket.sourceId)) {
    const keys = group.map((ticket) => ticket.key)
    const rows = await tx
      .selectFrom('inbox')
      .select(['key', 'digest'])
      .where('source_id', '=', sourceId)
      .where(isOneOf(tx, 'key', keys))
      .execute()
    for (const row of rows) found.set(nameOf(sourceId, row.key), row.digest)
  }
  return found
}

/** How long a host may take to hydrate what it claimed; then another one takes over. */
const HYDRATE_LEASE_MS = 60_000

/** Takes up to `limit` tickets nobody else is working on, oldest first. */
export function claimTickets(ledger: Ledger, limit: number): Promise<InboxTicket[]> {
  return claimDue(ledger, limit, null)
}

/** The same of one source: where each call to the CRM counts, its tickets are read together. */
export function claimMoreTickets(ledger: Ledger, sourceId: string, limit: number): Promise<InboxTicket[]> {
  return claimDue(ledger, limit, sourceId)
}

/** Whatever else waits about the same records: one look at a record answers all hints about it. */
export function claimSameRecords(
  ledger: Ledger,
  sourceId: string,
  claimed: readonly InboxTicket[],
): Promise<InboxTicket[]> {
  const ids = [...new Set(claimed.map(({ record }) => record.id))]
  return claim(ledger, (tx) =>
    due(tx, ledger.now())
      .where('source_id', '=', sourceId)
      .where(isOneOf(tx, 'record_id', ids)),
  )
}

function claimDue(ledger: Ledger, limit: number, sourceId: string | null): Promise<InboxTicket[]> {
  return claim(ledger, (tx) => {
    const query = due(tx, ledger.now()).orderBy('next_at').orderBy('id').limit(limit)
    return sourceId === null ? query : query.where('source_id', '=', sourceId)
  })
}

function due(tx: Db, now: number) {
  return tx.selectFrom('inbox').select('id').where(stateIs('new')).where('next_at', '<=', now)
}

async function claim(ledger: Ledger, choose: (tx: Db) => ReturnType<typeof due>): Promise<InboxTicket[]> {
  const now = ledger.now()
  const rows = await ledger.transaction((tx) => {
    const chosen = choose(tx)
    return tx
      .updateTable('inbox')
      .set({ next_at: now + HYDRATE_LEASE_MS })
      .where('id', 'in', engineOf(tx) === 'postgres' ? chosen.forUpdate().skipLocked() : chosen)
      .returning(['id', 'source_id', 'key', 'record_type', 'record_id', 'content', 'identity', 'attempts'])
      .execute()
  })
  return rows
    .sort((a, b) => a.id - b.id)
    .map((row) => ({
      id: row.id,
      sourceId: row.source_id,
      key: row.key,
      record: { type: row.record_type, id: row.record_id },
      content: JSON.parse(row.content) as JsonValue,
      identity: row.identity === null ? null : (JSON.parse(row.identity) as HashedIdentity),
      attempts: row.attempts,
    }))
}

/**
 * Makes due again what was claimed and never read: for a host that knows all earlier ones of its directory are dead. A
 * command beside it may be reading some of them; reading twice changes nothing. Tickets that failed keep their back-off.
 */
export async function freeClaimedTickets(ledger: Ledger): Promise<void> {
  const now = ledger.now()
  await ledger.db
    .updateTable('inbox')
    .set({ next_at: now })
    .where(stateIs('new'))
    .where('next_at', '>', now)
    .where('error', 'is', null)
    .execute()
}

/** These tickets are in the ledger as stage changes now; part of the transaction that put them there. */
export async function markDone(tx: Db, ids: readonly number[]): Promise<void> {
  await tx
    .updateTable('inbox')
    .set({ state: 'done', error: null })
    .where(isOneOf(tx, 'id', ids))
    .execute()
}

/** A ticket could not be read: tried again at `retryAt`, or given up with the reason `error` when that is null. */
export async function markFailed(db: Db, id: number, error: string, retryAt: number | null): Promise<void> {
  await db
    .updateTable('inbox')
    .set({
      attempts: sql<number>`attempts + 1`,
      error,
      ...(retryAt === null ? { state: 'failed' as const } : { next_at: retryAt }),
    })
    .where('id', '=', id)
    .execute()
}

/** Tickets not yet turned into stage changes. */
export async function countNewTickets(db: Db): Promise<number> {
  const row = await db
    .selectFrom('inbox')
    .select((e) => e.fn.countAll<number>().as('n'))
    .where(stateIs('new'))
    .executeTakeFirstOrThrow()
  return row.n
}
