import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { heldOf, heldPage, routesOf } from '../../core/ledger/deliveries.ts'
import { claimTickets } from '../../core/ledger/inbox.ts'
import type { Ledger } from '../../core/ledger/ledger.ts'
import { expire, reclaimExpired, setsWithWaiting } from '../../core/ledger/outbox.ts'
import { countOpen, countUnread } from '../../core/ledger/outbox-counts.ts'
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
})
