import { describe, expect, it } from 'vitest'
import { type Claim, reclaimExpired, type Settlement, settle } from '../../core/ledger/outbox.ts'
import {
  add,
  claimDue,
  delivery,
  HOUR,
  type OpenLedger,
  onlyRow,
  rowsOf,
  runOutLeases,
  START,
  useLedger,
} from './ledger-harness.ts'

const RETRY_MS = 46 * HOUR

/** The clock of unknown outcomes: starts once, at the earliest attempt without a definite answer. */
export function describeUnknown(open: OpenLedger): void {
  const rig = useLedger(open)
  const wait = async (claim: Claim, certainty: 'definite' | 'unknown', counts = true) => {
    const settlement: Settlement = { to: 'waiting', certainty, nextAt: rig.now(), counts, retryMs: RETRY_MS }
    const detail = { outcome: certainty, code: 'x', message: null }
    const ids = claim.deliveries.map(({ id }) => id)
    return rig.ledger().transaction((tx) => settle(tx, claim.lease, ids, settlement, detail, rig.now()))
  }

  describe('unknown outcomes', () => {
    it('start the clock when the attempt began, not when its answer failed to come', async () => {
      await add(rig.ledger(), [delivery(1)])
      const claim = await claimDue(rig.ledger(), { earliest: START - 2_000 })
      rig.pass(30_000)
      await wait(claim, 'unknown')
      expect(await onlyRow(rig.ledger())).toMatchObject({
        state: 'waiting',
        attempts: 1,
        first_unknown_at: START - 2_000,
        send_until: START - 2_000 + RETRY_MS,
      })
    })

    it('start it once: later ones, and later definite failures, leave it as it is', async () => {
      await add(rig.ledger(), [delivery(1)])
      await wait(await claimDue(rig.ledger()), 'unknown')
      const { first_unknown_at, send_until } = await onlyRow(rig.ledger())
      for (const certainty of ['definite', 'unknown', 'definite'] as const) {
        rig.pass(HOUR)
        await wait(await claimDue(rig.ledger()), certainty)
        expect(await onlyRow(rig.ledger())).toMatchObject({ first_unknown_at, send_until })
      }
      rig.pass(HOUR)
      const claim = await claimDue(rig.ledger())
      await rig.ledger().transaction((tx) => {
        const detail = { outcome: 'accepted', code: '0', message: null }
        const ids = claim.deliveries.map(({ id }) => id)
        return settle(tx, claim.lease, ids, { to: 'accepted' }, detail, rig.now())
      })
      expect(await onlyRow(rig.ledger())).toMatchObject({ state: 'accepted', first_unknown_at, attempts: 5 })
    })

    it('never give a delivery more time than it had', async () => {
      await add(rig.ledger(), [delivery(1, { sendUntil: START + HOUR })])
      await wait(await claimDue(rig.ledger()), 'unknown')
      expect(await onlyRow(rig.ledger())).toMatchObject({ first_unknown_at: START, send_until: START + HOUR })
    })

    it('are not what a definite failure is: no clock, and no attempt where none counts', async () => {
      await add(rig.ledger(), [delivery(1)])
      await wait(await claimDue(rig.ledger()), 'definite')
      await wait(await claimDue(rig.ledger()), 'definite', false)
      const { sendUntil } = delivery(1)
      expect(await onlyRow(rig.ledger())).toMatchObject({
        first_unknown_at: null,
        began_at: null,
        send_until: sendUntil,
        attempts: 1,
      })
    })
  })

  describe('leases that ran out', () => {
    it('count as unknown from the moment the request began, and the delivery is due again', async () => {
      await add(rig.ledger(), [delivery(1)])
      await claimDue(rig.ledger(), { earliest: START - 5 })
      rig.pass(HOUR)
      await runOutLeases(rig.ledger())
      expect(await reclaimExpired(rig.ledger(), 'us-brand', RETRY_MS)).toBe(1)
      expect(await onlyRow(rig.ledger())).toMatchObject({
        state: 'waiting',
        first_unknown_at: START - 5,
        send_until: START - 5 + RETRY_MS,
        next_at: rig.now(),
        attempts: 1,
        outcome: 'unknown',
        lease: null,
        began_at: null,
      })
    })

    it('count once: a later one never moves the clock', async () => {
      await add(rig.ledger(), [delivery(1)])
      for (let times = 0; times < 3; times++) {
        await claimDue(rig.ledger())
        await runOutLeases(rig.ledger())
        await reclaimExpired(rig.ledger(), 'us-brand', RETRY_MS)
        rig.pass(HOUR)
      }
      expect(await onlyRow(rig.ledger())).toMatchObject({
        first_unknown_at: START,
        send_until: START + RETRY_MS,
        attempts: 3,
      })
    })

    it('are told from those that still run, and from those of other connections', async () => {
      await add(rig.ledger(), [delivery(1), delivery(2, { connectionId: 'eu-brand' })])
      await claimDue(rig.ledger())
      await claimDue(rig.ledger(), { connectionId: 'eu-brand' })
      expect(await reclaimExpired(rig.ledger(), 'us-brand', RETRY_MS)).toBe(0)
      await runOutLeases(rig.ledger())
      expect(await reclaimExpired(rig.ledger(), 'us-brand', RETRY_MS)).toBe(1)
      expect((await rowsOf(rig.ledger())).map((row) => row.state)).toEqual(['waiting', 'in_flight'])
    })

    it('are freed early when their holder is known to be dead', async () => {
      await add(rig.ledger(), [delivery(1), delivery(2)])
      await claimDue(rig.ledger(), { holder: 'host:1', limit: 1 })
      await claimDue(rig.ledger(), { holder: 'cli:2' })
      expect(await reclaimExpired(rig.ledger(), 'us-brand', RETRY_MS, 'host')).toBe(1)
      expect((await rowsOf(rig.ledger())).map((row) => row.state)).toEqual(['waiting', 'in_flight'])
    })
  })
}
