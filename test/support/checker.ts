import { expect } from 'vitest'
import { countDeliveries, type DeliveryRow } from '../../core/ledger/deliveries.ts'
import type { Arrival } from '../../core/ledger/inbox.ts'
import type { Ledger } from '../../core/ledger/ledger.ts'
import type { DeliveryState } from '../../core/model/delivery.ts'
import { itemTexts } from '../../fixtures/sandbox/tiktok/item-texts.ts'
import type { TikTokState } from '../../fixtures/sandbox/tiktok/state.ts'

/** An item that a sender was told is safe. */
export interface Acknowledged {
  source: string
  /** The key it has in the inbox: `id:` and the sender's own id. */
  key: string
  status: Arrival
}

/** D accepted, X rejected or uncertain, P on its way, O too old or cancelled. */
const GROUP: Record<DeliveryState, 'D' | 'X' | 'P' | 'O'> = {
  accepted: 'D',
  rejected: 'X',
  uncertain: 'X',
  held: 'P',
  waiting: 'P',
  in_flight: 'P',
  too_old: 'O',
  cancelled: 'O',
}

/** TikTok forgets copies after 48 h; nothing goes by itself later than this after the first unknown outcome. */
const RETRY_MS = 46 * 3_600_000

/**
 * The promise, as assertions over a ledger and the simulator it sent to (after Jepsen's set test): nothing
 * acknowledged is lost, nothing is counted twice, every copy of an event is the same bytes to the same set.
 */
export async function checkPromise(
  ledger: Ledger,
  tiktok: Pick<TikTokState, 'events' | 'testEvents' | 'requests'>,
  acknowledged: readonly Acknowledged[],
): Promise<void> {
  const deliveries = await ledger.db.selectFrom('deliveries').selectAll().execute()
  await checkAcknowledged(ledger, acknowledged, deliveries)
  await checkCounted(ledger, tiktok, deliveries)
  checkSent(tiktok, deliveries)
  for (const delivery of deliveries) checkState(delivery)
  const totals = await countDeliveries(ledger.reader)
  const shown = totals.filter(({ state }) => state === 'accepted').reduce((sum, { count }) => sum + count, 0)
  expect(shown, 'totals equal |D|').toBe(deliveries.filter(({ state }) => GROUP[state] === 'D').length)
}

/** Every item is in exactly one of duplicate, conflict, N (a named reason), or has deliveries. */
async function checkAcknowledged(
  { db }: Ledger,
  acknowledged: readonly Acknowledged[],
  deliveries: readonly DeliveryRow[],
) {
  const inbox = new Map(
    (await db.selectFrom('inbox').select(['source_id', 'key', 'state', 'error']).execute()).map((row) => [
      `${row.source_id} ${row.key}`,
      row,
    ]),
  )
  const conflicts = new Set(
    (await db.selectFrom('conflicts').select(['source_id', 'key']).execute()).map(
      (row) => `${row.source_id} ${row.key}`,
    ),
  )
  const changes = new Map(
    (await db.selectFrom('stage_changes').select(['id', 'source_id', 'key']).execute()).map((row) => [
      `${row.source_id} ${row.key}`,
      row.id,
    ]),
  )
  const reasons = await db.selectFrom('reasons').selectAll().execute()
  const slot = (row: { stage_change_id: number; rule_id: string; connection_id: string }) =>
    `${row.stage_change_id} ${row.rule_id} ${row.connection_id}`
  const explained = new Set(reasons.map((row) => row.stage_change_id))
  const delivered = new Set(deliveries.map((row) => row.stage_change_id))
  const bySlot = new Set(deliveries.map(slot))
  for (const reason of reasons)
    expect(bySlot.has(slot(reason)), `both sent and explained away: ${slot(reason)}`).toBe(false)

  const received = new Set<string>()
  for (const { source, key, status } of acknowledged) {
    const name = `${source} ${key}`
    const row = inbox.get(name)
    expect(row, `acknowledged and lost: ${name}`).toBeDefined()
    if (status === 'conflict') expect(conflicts.has(name), `conflict not shown: ${name}`).toBe(true)
    if (status !== 'received') continue
    expect(received.has(name), `received twice: ${name}`).toBe(false)
    received.add(name)
    const change = changes.get(name)
    if (row?.state === 'done') {
      const somewhere = change !== undefined && (explained.has(change) || delivered.has(change))
      expect(somewhere, `neither sent nor explained: ${name}`).toBe(true)
    } else {
      expect(change, `in the ledger, yet not done in the inbox: ${name}`).toBeUndefined()
      if (row?.state === 'failed') expect(row.error, `failed without a word: ${name}`).toBeTruthy()
    }
  }
}

/** D inside T, and each id counted once, unless a person said that it may double or that TikTok has it. */
async function checkCounted(
  { db }: Ledger,
  { events, testEvents }: Pick<TikTokState, 'events' | 'testEvents'>,
  deliveries: readonly DeliveryRow[],
) {
  const counted = new Map<string, number>()
  for (const { sourceId, sentAs, eventId } of [...events.all(), ...testEvents.all()]) {
    const name = keyOf(sourceId, sentAs, eventId)
    counted.set(name, (counted.get(name) ?? 0) + 1)
  }
  const requeued = await db
    .selectFrom('journal')
    .select('delivery_id')
    .where('verb', '=', 'requeue')
    .execute()
  const mayDouble = new Set(requeued.map((row) => row.delivery_id))
  for (const row of deliveries) {
    const times = counted.get(keyOf(row.event_source_id, row.event, row.event_id)) ?? 0
    if (GROUP[row.state] === 'D' && row.code !== 'resolved_accepted')
      expect(times, `accepted, and TikTok never saw it: delivery ${row.id}`).toBeGreaterThan(0)
    if (!mayDouble.has(row.id)) expect(times, `counted twice: delivery ${row.id}`).toBeLessThan(2)
  }
}

/** Everything TikTok was ever sent: frozen bytes of a known delivery, in its own set, never after its 46 hours. */
function checkSent({ requests }: Pick<TikTokState, 'requests'>, deliveries: readonly DeliveryRow[]) {
  const byKey = new Map(deliveries.map((row) => [keyOf(row.event_source_id, row.event, row.event_id), row]))
  const firsts = new Map<string, string>()
  const first = (name: string, text: Buffer) => {
    if (!firsts.has(name)) firsts.set(name, text.toString())
    return firsts.get(name)
  }
  for (const request of requests.all()) {
    const { body, startedAt, detail } = request
    if (!request.path.endsWith('/event/track/') || body === null) continue
    for (const text of itemTexts(body)) {
      const item = JSON.parse(text.toString()) as { event: string; event_id: string }
      const name = keyOf(detail.eventSourceId, item.event, item.event_id)
      const row = byKey.get(name)
      expect(row, `sent, and no delivery says so: ${name}`).toBeDefined()
      // Erased and purged deliveries have no bytes any more; that they were the same every time still shows.
      if (row?.payload === '')
        expect(text.toString(), `sent with other bytes: ${name}`).toBe(first(name, text))
      else expect(text.toString(), `sent with other bytes: ${name}`).toBe(row?.payload)
      if (row?.first_unknown_at) {
        const latest = row.first_unknown_at + RETRY_MS
        expect(startedAt, `sent after its 46 hours: ${name}`).toBeLessThanOrEqual(latest)
      }
    }
  }
}

/** What holds for a delivery in each state, whatever happened before. */
function checkState(row: DeliveryRow) {
  const what = `delivery ${row.id} (${row.state})`
  const { state, first_unknown_at: since } = row
  if (since !== null)
    expect(['waiting', 'in_flight', 'accepted', 'rejected', 'uncertain'], what).toContain(state)
  if (state === 'in_flight') expect(row, what).toMatchObject({ lease: expect.any(String) })
  else expect(row, what).toMatchObject({ lease: null, lease_until: null, began_at: null })
  if (state !== 'held') expect(row.hold_reason === null || GROUP[state] === 'O', what).toBe(true)
  if (['waiting', 'in_flight', 'accepted'].includes(state)) expect(row.payload, what).not.toBeNull()
  if (state === 'waiting' && row.payload === '') expect(row.send_until, what).toBe(0)
  if (GROUP[state] !== 'P') expect(row.settled_at, what).not.toBeNull()
}

function keyOf(set: string | null, event: string, eventId: string | null): string {
  return `${set} ${event} ${eventId}`
}
