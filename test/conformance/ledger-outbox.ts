import { describe, expect, it } from 'vitest'
import { addAttempt } from '../../core/ledger/attempts.ts'
import {
  type Claim,
  expire,
  makeDue,
  putBack,
  reclaimExpired,
  renew,
  type Settlement,
  setsWithWaiting,
  settle,
} from '../../core/ledger/outbox.ts'
import {
  add,
  claimDue,
  delivery,
  HOUR,
  type OpenLedger,
  onlyRow,
  rowsOf,
  runOutLeases,
  SET,
  START,
  useLedger,
} from './ledger-harness.ts'

const DETAIL = { outcome: 'accepted', code: '0', message: null }

/** Who sends what: claims, leases, fences, deadlines. */
export function describeOutbox(open: OpenLedger): void {
  const rig = useLedger(open)
  const end = (claim: Claim, settlement: Settlement, ids = claim.deliveries.map(({ id }) => id)) =>
    rig.ledger().transaction((tx) => settle(tx, claim.lease, ids, settlement, DETAIL, rig.now()))
  const origins = async (given: Parameters<typeof claimDue>[1] = {}) => {
    const { deliveries } = await claimDue(rig.ledger(), given)
    const rows = await rowsOf(rig.ledger())
    return deliveries.map(({ id }) => rows.find((row) => row.id === id)?.origin_id)
  }

  describe('claim', () => {
    it('takes what is due, oldest first and up to the limit, and notes when it began', async () => {
      await add(rig.ledger(), [delivery(2)])
      rig.pass(1)
      await add(rig.ledger(), [delivery(3), delivery(1)])
      expect(await origins({ limit: 2, earliest: rig.now() - 500 })).toEqual([2, 3])
      expect(await rowsOf(rig.ledger())).toMatchObject([
        { state: 'in_flight', began_at: rig.now() - 500, attempts: 0 },
        { state: 'in_flight' },
        { state: 'waiting', began_at: null, lease: null },
      ])
    })

    it('gives what leaves in a request: bytes, route, test code, attempts so far, and when it happened', async () => {
      await add(rig.ledger(), [delivery(1, { route: 'crm', testCode: 'TEST1' })])
      const { deliveries } = await claimDue(rig.ledger())
      const { payload } = delivery(1)
      expect(deliveries).toEqual([
        {
          id: expect.any(Number),
          route: 'crm',
          testCode: 'TEST1',
          payload,
          attempts: 0,
          occurredAt: START - HOUR,
        },
      ])
    })

    it('leaves alone what is not due, too late, held, of another set or of another connection', async () => {
      await add(rig.ledger(), [
        delivery(1, { sendUntil: START + 10 }),
        delivery(2, { hold: { reason: 'no_amount', until: START }, payload: null }),
        delivery(3, { eventSourceId: 'another' }),
        delivery(4, { connectionId: 'eu-brand' }),
        delivery(5),
      ])
      await rig
        .ledger()
        .db.updateTable('deliveries')
        .set({ next_at: START + 1 })
        .where('origin_id', '=', 5)
        .execute()
      expect(await origins({ latest: START + 10 })).toEqual([])
      expect(await origins({ latest: START + 9 })).toEqual([1])
      rig.pass(1)
      expect(await origins()).toEqual([5])
    })

    it('never gives one delivery to two holders, nor to two hosts', async () => {
      await add(
        rig.ledger(),
        Array.from({ length: 40 }, (_, n) => delivery(n + 1)),
      )
      const other = await rig.again()
      const taken: number[] = []
      for (let turn = 0; turn < 10; turn++) {
        const claim = await claimDue(turn % 2 === 0 ? rig.ledger() : other, { limit: 5 })
        taken.push(...claim.deliveries.map(({ id }) => id))
      }
      expect(taken).toHaveLength(40)
      expect(new Set(taken).size).toBe(40)
    })
  })

  describe('leases', () => {
    it('are renewed while they last, and not after', async () => {
      await add(rig.ledger(), [delivery(1)])
      const claim = await claimDue(rig.ledger())
      const before = (await onlyRow(rig.ledger())).lease_until ?? 0
      rig.pass(1_000)
      expect(await renew(rig.ledger(), claim.lease)).toBe(true)
      expect((await onlyRow(rig.ledger())).lease_until).toBeGreaterThan(before)
      await runOutLeases(rig.ledger())
      expect(await renew(rig.ledger(), claim.lease)).toBe(false)
    })

    it('settle what they hold: accepted, rejected, uncertain', async () => {
      await add(
        rig.ledger(),
        [1, 2, 3].map((n) => delivery(n)),
      )
      const claim = await claimDue(rig.ledger())
      const [a = 0, b = 0, c = 0] = claim.deliveries.map(({ id }) => id)
      rig.pass(700)
      expect(await end(claim, { to: 'accepted' }, [a])).toBe(1)
      expect(await end(claim, { to: 'rejected' }, [b])).toBe(1)
      expect(await end(claim, { to: 'uncertain' }, [c])).toBe(1)
      const done = { attempts: 1, lease: null, lease_until: null, began_at: null, settled_at: rig.now() }
      expect(await rowsOf(rig.ledger())).toMatchObject([
        { state: 'accepted', first_unknown_at: null, code: '0', ...done },
        { state: 'rejected', first_unknown_at: null, ...done },
        { state: 'uncertain', first_unknown_at: START, ...done },
      ])
    })

    it('fence: a holder whose lease was taken over changes nothing, whatever it learned', async () => {
      await add(rig.ledger(), [delivery(1)])
      const slow = await claimDue(rig.ledger())
      await runOutLeases(rig.ledger())
      const other = await rig.again()
      expect(await reclaimExpired(other, 'us-brand', 46 * HOUR)).toBe(1)
      const waits: Settlement = { to: 'waiting', certainty: 'definite', nextAt: 0, counts: true, retryMs: 0 }
      for (const settlement of [{ to: 'accepted' }, { to: 'rejected' }, waits] as const)
        expect(await end(slow, settlement)).toBe(0)
      const fast = await claimDue(other)
      expect(await end(slow, { to: 'rejected' })).toBe(0)
      expect(await renew(rig.ledger(), slow.lease)).toBe(false)
      expect(await end(fast, { to: 'accepted' })).toBe(1)
      expect((await onlyRow(rig.ledger())).state).toBe('accepted')
    })

    it('settle only their own: ids of another holder stay as they are', async () => {
      await add(rig.ledger(), [delivery(1), delivery(2)])
      const mine = await claimDue(rig.ledger(), { limit: 1 })
      const theirs = await claimDue(rig.ledger())
      const both = [...mine.deliveries, ...theirs.deliveries].map(({ id }) => id)
      expect(await end(mine, { to: 'accepted' }, both)).toBe(1)
      expect((await rowsOf(rig.ledger())).map((row) => row.state)).toEqual(['accepted', 'in_flight'])
      expect(await end(mine, { to: 'accepted' }, [])).toBe(0)
    })

    it('are put back whole, as if nothing had begun', async () => {
      await add(rig.ledger(), [delivery(1)])
      const before = await onlyRow(rig.ledger())
      const claim = await claimDue(rig.ledger())
      await putBack(rig.ledger(), claim)
      expect(await onlyRow(rig.ledger())).toEqual(before)
      expect(await end(claim, { to: 'accepted' })).toBe(0)
    })
  })

  describe('deadlines', () => {
    it('end as too old, or as uncertain where a copy may have arrived', async () => {
      const late = { sendUntil: START + 10 }
      await add(rig.ledger(), [
        delivery(1, late),
        delivery(2, { ...late, hold: { reason: 'currency', until: null }, payload: null }),
        delivery(3, { ...late, isBrowserId: true }),
        delivery(4, { sendUntil: START + 11 }),
        delivery(5, late),
      ])
      const { db } = rig.ledger()
      await db.updateTable('deliveries').set({ first_unknown_at: START }).where('origin_id', '=', 5).execute()
      expect(await expire(rig.ledger(), START + 9)).toMatchObject({ changed: 0, more: false })
      expect(await expire(rig.ledger(), START + 10)).toMatchObject({ changed: 4, more: false })
      expect((await rowsOf(rig.ledger())).map((row) => row.state)).toEqual([
        'too_old',
        'too_old',
        'uncertain',
        'waiting',
        'uncertain',
      ])
    })

    it('leave alone what is in flight, and what is final', async () => {
      await add(
        rig.ledger(),
        [1, 2].map((n) => delivery(n, { sendUntil: START + 10 })),
      )
      await end(await claimDue(rig.ledger(), { limit: 1 }), { to: 'accepted' })
      await claimDue(rig.ledger())
      expect((await expire(rig.ledger(), START + HOUR)).changed).toBe(0)
      expect((await rowsOf(rig.ledger())).map((row) => row.state)).toEqual(['accepted', 'in_flight'])
    })

    it('pass in bounded sweeps', async () => {
      const many = Array.from({ length: 1_001 }, (_, n) => delivery(n + 1, { sendUntil: START }))
      await add(rig.ledger(), many)
      expect(await expire(rig.ledger(), START)).toMatchObject({ changed: 1_000, more: true })
      expect(await expire(rig.ledger(), START)).toMatchObject({ changed: 1, more: false })
    })
  })

  describe('what waits', () => {
    it('is found by event set, each set once', async () => {
      await add(rig.ledger(), [
        delivery(1, { eventSourceId: 'b' }),
        delivery(2, { eventSourceId: 'a' }),
        delivery(3, { eventSourceId: 'b' }),
        delivery(4, { eventSourceId: 'c', connectionId: 'eu-brand' }),
        delivery(5, { eventSourceId: 'd', hold: { reason: 'currency', until: null }, payload: null }),
      ])
      expect(await setsWithWaiting(rig.ledger().db, 'us-brand')).toEqual(['a', 'b'])
      expect(await setsWithWaiting(rig.ledger().db, 'nobody')).toEqual([])
    })

    it('is made due before its back-off ends: of a connection, or of a set what was refused alone', async () => {
      await add(rig.ledger(), [
        delivery(1),
        delivery(2),
        delivery(3, { eventSourceId: 'another' }),
        delivery(4, { connectionId: 'eu-brand' }),
      ])
      const { db } = rig.ledger()
      await db
        .updateTable('deliveries')
        .set({ next_at: START + HOUR })
        .execute()
      await db.updateTable('deliveries').set({ outcome: 'refused' }).where('origin_id', '!=', 2).execute()
      const alone = { connectionId: 'us-brand', eventSourceId: SET, outcome: 'refused' }
      expect(await makeDue(db, alone, START)).toBe(1)
      expect(await origins()).toEqual([1])
      expect(await makeDue(db, { connectionId: 'us-brand' }, START)).toBe(2)
      expect(await makeDue(db, { connectionId: 'us-brand' }, START)).toBe(0)
    })
  })

  it('notes every request with the deliveries that were in it', async () => {
    await rig.ledger().transaction((tx) =>
      addAttempt(tx, {
        connectionId: 'us-brand',
        route: 'web',
        eventSourceId: SET,
        startedAt: START,
        endedAt: START + 5,
        httpStatus: null,
        outcome: 'unknown',
        code: 'timeout',
        message: 'gave up',
        requestId: null,
        deliveryIds: [7, 8],
      }),
    )
    const { db } = rig.ledger()
    const attempt = await db.selectFrom('attempts').selectAll().executeTakeFirstOrThrow()
    expect(attempt).toMatchObject({ events: 2, outcome: 'unknown', http_status: null })
    const members = await db.selectFrom('attempt_deliveries').selectAll().orderBy('delivery_id').execute()
    expect(members).toEqual([7, 8].map((id) => ({ delivery_id: id, attempt_id: attempt.id })))
  })
}
