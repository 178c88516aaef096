import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { heldOf, heldPage, routesOf } from '../../core/ledger/deliveries.ts'
import { type DeliveryFilter, listDeliveries } from '../../core/ledger/delivery-list.ts'
import { claimTickets } from '../../core/ledger/inbox.ts'
import type { Ledger } from '../../core/ledger/ledger.ts'
import { expire, reclaimExpired, setsWithWaiting } from '../../core/ledger/outbox.ts'
import { countOpen, countUnread } from '../../core/ledger/outbox-counts.ts'
import { acceptedBetween } from '../../core/ledger/overview.ts'
import { countByRule } from '../../core/ledger/rule-counts.ts'
import {
  heldSinceBefore,
  lastSeenChange,
  recentlySettled,
  refusedAlone,
  uncertainDeliveries,
} from '../../core/ledger/troubles.ts'
import { claimDue, type OpenedLedger, START } from '../conformance/ledger-harness.ts'
import { openSqliteLedger } from '../support/open-ledger.ts'
import { queryPlans } from '../support/query-plan.ts'

let opened: (OpenedLedger & { path: string }) | undefined
beforeEach(async () => {
  opened = await openSqliteLedger(() => START)
})
afterEach(() => opened?.close())

async function plans(work: (ledger: Ledger) => Promise<unknown>): Promise<string> {
  if (!opened) throw new Error('not open')
  const found = await queryPlans(opened.ledger, opened.path, work)
  expect(found.length).toBeGreaterThan(0)
  return found.join('\n')
}

/** A backlog of a million must cost the same per event: every step of a cycle walks an index, and none sorts or scans. */
describe('SQLite walks an index to', () => {
  it.each<[string, string, (ledger: Ledger) => Promise<unknown>]>([
    ['claim deliveries', 'deliveries_waiting', (ledger) => claimDue(ledger)],
    ['find what is past its deadline', 'deliveries_deadline', (ledger) => expire(ledger, START)],
    // What is in flight is never more than a few batches, so any index that begins with the state will do.
    ['find leases that ran out', 'deliveries_', (ledger) => reclaimExpired(ledger, 'us-brand', 1)],
    ['find sets with something waiting', 'deliveries_waiting', ({ db }) => setsWithWaiting(db, 'us-brand')],
    [
      'find holds that ended',
      'deliveries_held',
      ({ db }) => heldPage(db, { until: START, afterId: 0, limit: 200 }),
    ],
    ['find what a deal has on hold', 'deliveries_deal', ({ db }) => heldOf(db, [1])],
    ['find the route of a deal', 'deliveries_deal', ({ db }) => routesOf(db, [1])],
    ['claim tickets', 'inbox_new', (ledger) => claimTickets(ledger, 256)],
    ['find what was refused alone', 'deliveries_refused', ({ db }) => refusedAlone(db, 3)],
    ['see a wave of refusals', 'PRIMARY KEY', ({ db }) => recentlySettled(db, { most: 5, since: START })],
    ['find the newest stage change', 'stage_changes', ({ db }) => lastSeenChange(db)],
  ])('%s (%s)', async (_, index, work) => {
    const plan = await plans(work)
    expect(plan).toContain(index)
    expect(plan).not.toMatch(/SCAN (deliveries|inbox)(?! USING)/)
  })

  it.each<[string, string[], (ledger: Ledger) => Promise<unknown>]>([
    ['waits', ['deliveries_held_since', 'deliveries_waiting'], ({ db }) => countOpen(db)],
    ['is unread', ['inbox_new', 'inbox_failed'], ({ db }) => countUnread(db)],
    ['is uncertain', ['deliveries_uncertain'], ({ db }) => uncertainDeliveries(db)],
    ['is held too long', ['deliveries_held_since'], ({ db }) => heldSinceBefore(db, START)],
  ])('count what %s, without a row of the table', async (_, indexes, work) => {
    const plan = await plans(work)
    for (const index of indexes) expect(plan).toContain(`USING COVERING INDEX ${index}`)
  })

  it('claim in order, without sorting what waits', async () => {
    expect(await plans((ledger) => claimDue(ledger))).not.toContain('TEMP B-TREE')
    expect(await plans((ledger) => claimTickets(ledger, 256))).not.toContain('TEMP B-TREE')
  })

  it.each<[string, Partial<DeliveryFilter>, string]>([
    ['nothing', {}, 'SCAN deliveries'],
    ['a state', { state: 'accepted' }, 'deliveries_state'],
    ['a connection', { connectionId: 'us-brand' }, 'deliveries_connection'],
    ['a source', { sourceId: 'shop-crm' }, 'deliveries_source'],
    ['an event', { event: 'Purchase' }, 'deliveries_named'],
    ['a code', { code: '40002' }, 'deliveries_code'],
    ['a day', { from: START, to: START + 1 }, 'INTEGER PRIMARY KEY'],
  ])('list the newest deliveries narrowed to %s, without sorting', async (_, filter, index) => {
    const plan = await plans(({ db }) => listDeliveries(db, { ...filter, limit: 50 }))
    expect(plan).toContain(index)
    expect(plan).not.toContain('TEMP B-TREE')
  })

  it('count what was accepted by time and by rule, without a row of the table', async () => {
    for (const work of [
      ({ db }: Ledger) => acceptedBetween(db, ['us-brand'], { from: START, to: START + 1 }),
      ({ db }: Ledger) => countByRule(db, ['us-brand'], START),
    ])
      expect(await plans(work)).toContain('USING COVERING INDEX deliveries_settled')
  })
})
