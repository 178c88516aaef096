import { describe, expect, it } from 'vitest'
import {
  addTouchpoints,
  findDeals,
  findTwin,
  lockDeals,
  saveDeals,
  touchpointsOf,
} from '../../core/ledger/deals.ts'
import {
  deliveriesOf,
  heldOf,
  heldPage,
  refreezeHeld,
  removeHeld,
  routesOf,
  slotOf,
} from '../../core/ledger/deliveries.ts'
import { listDeliveries } from '../../core/ledger/delivery-list.ts'
import { addReasons, addStageChanges, reasonsOf, stageChangesOf } from '../../core/ledger/stage-changes.ts'
import type { StageChange, Touchpoint } from '../../core/model/record.ts'
import { add, delivery, HOUR, type OpenLedger, onlyRow, rowsOf, START, useLedger } from './ledger-harness.ts'

const TOUCH: Touchpoint = {
  at: START,
  kind: 'click',
  ttclid: 'E.C.P.1',
  ttp: null,
  utm: null,
  pageUrl: null,
  referrer: null,
}

function change(key: string, given: Partial<StageChange> = {}): StageChange {
  return {
    key,
    record: { type: 'deal', id: 'D-1' },
    pipeline: null,
    stage: 'won',
    previousStage: null,
    milestone: 'won',
    occurredAt: START,
    historyId: null,
    amount: { minor: Number.MAX_SAFE_INTEGER, currency: 'USD' },
    browserEvent: { id: 'b-1', name: 'Purchase' },
    ...given,
  }
}

/** Deals, touchpoints, stage changes, reasons and the two unique keys of a delivery. */
export function describeRecords(open: OpenLedger): void {
  const rig = useLedger(open)
  const deals = (source: string, ...ids: string[]) =>
    rig.ledger().transaction((tx) =>
      lockDeals(
        tx,
        source,
        ids.map((id) => ({ type: 'deal', id })),
        rig.now(),
      ),
    )
  const dealOf = async (source: string, id: string) => {
    const [deal] = await deals(source, id)
    if (!deal) throw new Error('no deal')
    return deal
  }

  describe('deals', () => {
    it('makes a deal once, whoever names it, and tells types and sources apart', async () => {
      const [first] = await deals('shop-crm', 'D-1')
      const both = await deals('shop-crm', 'D-2', 'D-1', 'D-1')
      expect(both.map(({ record }) => record.id)).toEqual(['D-1', 'D-2'])
      expect(both[0]?.id).toBe(first?.id)
      expect((await deals('other', 'D-1'))[0]?.id).not.toBe(first?.id)
      await rig.ledger().transaction((tx) => lockDeals(tx, 'shop-crm', [{ type: 'form', id: 'D-1' }], START))
      expect(await findDeals(rig.ledger().db, 'shop-crm', 'D-1', null)).toHaveLength(2)
      expect(await findDeals(rig.ledger().db, 'shop-crm', 'D-1', 'form')).toHaveLength(1)
    })

    it('starts with its own identity and keeps what is saved, its birthday too', async () => {
      const deal = await dealOf('shop-crm', 'D-1')
      expect(deal).toMatchObject({ originId: deal.id, link: null, known: {} })
      const other = await dealOf('other', 'X-1')
      rig.pass(HOUR)
      const known = { orderId: ['O-1', START, 'k'] as [string, number, string] }
      await rig
        .ledger()
        .transaction((tx) => saveDeals(tx, [{ ...deal, known, link: 'X-1', originId: other.id }]))
      expect(await dealOf('shop-crm', 'D-1')).toEqual({ ...deal, known, link: 'X-1', originId: other.id })
      const row = rig.ledger().db.selectFrom('deals').selectAll().where('id', '=', deal.id)
      expect((await row.executeTakeFirst())?.created_at).toBe(START)
    })

    it('finds the twin that names it, the one it names, and the one that names the same', async () => {
      const named = await dealOf('shop-crm', 'D-1')
      const naming = { ...(await dealOf('hs', '77')), link: 'D-1' }
      const third = { ...(await dealOf('sf', '88')), link: 'D-1' }
      await dealOf('hs', 'unrelated')
      await rig.ledger().transaction((tx) => saveDeals(tx, [naming]))
      const { db } = rig.ledger()
      expect((await findTwin(db, named))?.id).toBe(naming.id)
      expect((await findTwin(db, naming))?.id).toBe(named.id)
      expect((await findTwin(db, third))?.id).toBe(named.id)
      expect(await findTwin(db, await dealOf('hs', 'unrelated'))).toBeNull()
    })

    it('adds a touchpoint once', async () => {
      const { id } = await dealOf('shop-crm', 'D-1')
      const later = { ...TOUCH, at: START + 1 }
      const two = [
        { dealId: id, digest: 'b', touchpoint: later },
        { dealId: id, digest: 'a', touchpoint: TOUCH },
      ]
      for (let times = 0; times < 2; times++) await rig.ledger().transaction((tx) => addTouchpoints(tx, two))
      expect(await touchpointsOf(rig.ledger().db, id)).toEqual([TOUCH, later])
    })
  })

  describe('stage changes and reasons', () => {
    it('adds a stage change once and gives back exactly what was said', async () => {
      const { id } = await dealOf('shop-crm', 'D-1')
      const twice = [change('k1'), change('k2', { amount: null, browserEvent: null })].map((each) => ({
        sourceId: 'shop-crm',
        dealId: id,
        change: each,
      }))
      const addAll = () => rig.ledger().transaction((tx) => addStageChanges(tx, twice, rig.now()))
      expect([...(await addAll()).keys()].sort()).toEqual(['k1', 'k2'])
      expect(await addAll()).toEqual(new Map())
      const kept = await stageChangesOf(rig.ledger().db, id)
      expect(kept.map((row) => row.change)).toEqual(twice.map((each) => each.change))
    })

    it('keeps the first reason for a rule and a connection', async () => {
      const row = { stageChangeId: 1, ruleId: 'won', connectionId: 'us-brand', detail: '' }
      for (const reason of ['repeated', 'no_rule'] as const) {
        await rig.ledger().transaction((tx) => addReasons(tx, [{ ...row, reason }]))
      }
      expect(await reasonsOf(rig.ledger().db, [1])).toEqual([{ ...row, reason: 'repeated' }])
    })
  })

  describe('deliveries', () => {
    it('takes one delivery a slot, and says which went in', async () => {
      const first = delivery(1)
      expect(await add(rig.ledger(), [first])).toEqual(new Set([slotOf(first)]))
      const again = delivery(1, { eventId: 'another', event: 'Lead' })
      const occurrence = delivery(1, { eventId: 'third', occurrence: '1700' })
      expect(await add(rig.ledger(), [again, occurrence])).toEqual(new Set([slotOf(occurrence)]))
      expect(await rowsOf(rig.ledger())).toHaveLength(2)
    })

    it('takes one delivery of an event id for a set and an event', async () => {
      await add(rig.ledger(), [delivery(1)])
      const same = delivery(2, { eventId: 'event-1' })
      const others = [
        delivery(3, { eventId: 'event-1', event: 'Lead' }),
        delivery(4, { eventId: 'event-1', eventSourceId: 'another' }),
      ]
      expect(await add(rig.ledger(), [same])).toEqual(new Set())
      expect(await add(rig.ledger(), others)).toEqual(new Set(others.map(slotOf)))
    })

    it('binds a record to the route of its first conversion, which a held one is not yet', async () => {
      const hold = { reason: 'no_amount' as const, until: START }
      await add(rig.ledger(), [
        delivery(1, { dealId: 7, route: 'crm', hold, payload: null }),
        delivery(2, { dealId: 7, route: 'web' }),
        delivery(3, { dealId: 7, route: 'offline' }),
      ])
      expect((await routesOf(rig.ledger().db, [7])).get(7)).toEqual(new Map([['us-brand', 'web']]))
    })

    it('freezes a held delivery once, unless its event id is taken', async () => {
      const hold = { reason: 'no_amount' as const, until: START + HOUR }
      await add(rig.ledger(), [delivery(1, { hold, payload: null, value: null }), delivery(2)])
      const [held] = await heldOf(rig.ledger().db, [1, 2])
      const refreeze = (given: Parameters<typeof delivery>[1]) =>
        rig.ledger().transaction((tx) => refreezeHeld(tx, held?.id ?? 0, delivery(1, given), rig.now()))
      expect(await refreeze({ eventId: 'event-2' })).toBe(false)
      expect(await refreeze({ value: { minor: 5, currency: 'USD' } })).toBe(true)
      await refreeze({ value: { minor: 6, currency: 'USD' }, payload: 'changed' })
      const [frozen] = await deliveriesOf(rig.ledger().db, [1])
      expect(frozen).toMatchObject({ state: 'waiting', hold_reason: null, value_minor: 5 })
      expect(frozen?.payload).toBe(delivery(1).payload)
    })

    it('removes a held delivery that turned into a reason, and nothing else', async () => {
      const hold = { reason: 'currency' as const, until: null }
      await add(rig.ledger(), [delivery(1, { hold, payload: null }), delivery(2)])
      for (const row of await rowsOf(rig.ledger()))
        await rig.ledger().transaction((tx) => removeHeld(tx, row.id))
      expect((await onlyRow(rig.ledger())).origin_id).toBe(2)
    })

    it('pages held deliveries, all or those whose hold ends by then', async () => {
      await add(
        rig.ledger(),
        [1, 2, 3, 4].map((n) =>
          delivery(n, { payload: null, hold: { reason: 'no_amount', until: n === 4 ? null : START + n } }),
        ),
      )
      const page = async (until: number | null, afterId = 0) =>
        (await heldPage(rig.ledger().db, { until, afterId, limit: 2 })).map((row) => row.origin_id)
      expect(await page(null)).toEqual([1, 2])
      const rows = await rowsOf(rig.ledger())
      expect(await page(null, rows[1]?.id)).toEqual([3, 4])
      expect(await page(START + 1)).toEqual([1])
      expect(await page(START + 9, rows[1]?.id)).toEqual([3])
    })

    it('lists the newest first, filtered and by pages', async () => {
      const all = [1, 2, 3].map((n) => delivery(n, n === 2 ? { connectionId: 'eu-brand' } : {}))
      for (const { originId } of all) {
        const [deal] = await deals('shop-crm', `D-${originId}`)
        await add(rig.ledger(), [{ ...(all[originId - 1] as (typeof all)[0]), dealId: deal?.id ?? 0 }])
      }
      const list = async (filter: object) =>
        (await listDeliveries(rig.ledger().reader, { limit: 10, ...filter })).map((row) => row.record_id)
      expect(await list({})).toEqual(['D-3', 'D-2', 'D-1'])
      expect(await list({ connectionId: 'us-brand' })).toEqual(['D-3', 'D-1'])
      expect(await list({ state: 'waiting', limit: 1 })).toEqual(['D-3'])
      expect(await list({ state: 'held' })).toEqual([])
      const rows = await rowsOf(rig.ledger())
      expect(await list({ before: rows[1]?.id })).toEqual(['D-1'])
      // By when they were made: an hour between two, whatever part of the list that is.
      const HOUR = 3_600_000
      for (const [at, { id }] of rows.entries())
        await rig
          .ledger()
          .db.updateTable('deliveries')
          .set({ created_at: START + at * HOUR })
          .where('id', '=', id)
          .execute()
      const names = ['D-1', 'D-2', 'D-3']
      for (let low = -1; low <= 3; low++)
        for (let high = low; high <= 3; high++)
          expect(await list({ from: START + low * HOUR, to: START + high * HOUR })).toEqual(
            names.slice(Math.max(0, low), Math.max(0, high)).reverse(),
          )
    })
  })
}
