import { describe, expect, it } from 'vitest'
import { groupCommit } from '../../core/ledger/group-commit.ts'
import {
  appendTickets,
  claimTickets,
  countNewTickets,
  markDone,
  markFailed,
  type NewTicket,
} from '../../core/ledger/inbox.ts'
import { HOUR, type OpenLedger, ticket, useLedger } from './ledger-harness.ts'

/** What a sender is told about each item, and who may work on it. */
export function describeInbox(open: OpenLedger): void {
  const rig = useLedger(open)
  const append = (tickets: readonly NewTicket[]) =>
    rig.ledger().transaction((tx) => appendTickets(tx, tickets, rig.now()))
  const keys = async (limit: number) => (await claimTickets(rig.ledger(), limit)).map(({ key }) => key)

  describe('inbox', () => {
    it('receives what is new, in the order it was given', async () => {
      expect(await append([ticket('c'), ticket('a'), ticket('b')])).toEqual(Array(3).fill('received'))
      expect(await keys(10)).toEqual(['c', 'a', 'b'])
    })

    it('knows a repeat from a conflict, and keeps the first', async () => {
      await append([ticket('a', { content: '"first"' })])
      const changed = ticket('a', { digest: 'other', content: '"second"' })
      expect(await append([ticket('new'), changed, ticket('a')])).toEqual([
        'received',
        'conflict',
        'duplicate',
      ])
      const [kept] = await claimTickets(rig.ledger(), 1)
      expect(kept).toMatchObject({ key: 'a', content: 'first' })
      const shown = await rig.ledger().db.selectFrom('conflicts').selectAll().execute()
      expect(shown).toEqual([expect.objectContaining({ key: 'a', digest: 'other', content: '"second"' })])
    })

    it('knows them inside one group too, in any position', async () => {
      const group = [ticket('a'), ticket('a'), ticket('b'), ticket('a', { digest: 'other' }), ticket('b')]
      expect(await append(group)).toEqual(['received', 'duplicate', 'received', 'conflict', 'duplicate'])
      expect(await countNewTickets(rig.ledger().db)).toBe(2)
    })

    it('shows one conflict once, however often it is repeated', async () => {
      await append([ticket('a')])
      const changed = ticket('a', { digest: 'other' })
      expect(await append([changed, changed])).toEqual(['conflict', 'conflict'])
      expect(await append([changed])).toEqual(['conflict'])
      expect(await rig.ledger().db.selectFrom('conflicts').select('id').execute()).toHaveLength(1)
    })

    it('remembers a key for ever, also after it was read', async () => {
      await append([ticket('a')])
      const read = await claimTickets(rig.ledger(), 1)
      await rig.ledger().transaction((tx) =>
        markDone(
          tx,
          read.map(({ id }) => id),
        ),
      )
      rig.pass(400 * 24 * HOUR)
      expect(await append([ticket('a')])).toEqual(['duplicate'])
      expect(await countNewTickets(rig.ledger().db)).toBe(0)
    })

    it('keeps the keys of two sources apart', async () => {
      expect(await append([ticket('a'), ticket('a', { sourceId: 'other' })])).toEqual([
        'received',
        'received',
      ])
    })

    it('commits groups of any size, with one result an item', async () => {
      const group = Array.from({ length: 700 }, (_, index) => ticket(`k${index}`))
      expect(new Set(await append(group))).toEqual(new Set(['received']))
      const mixed = await append([...group.slice(300), ticket('last')])
      expect(mixed).toEqual([...Array(400).fill('duplicate'), 'received'])
    })

    it('gives a ticket to one reader until a minute has passed, then to another', async () => {
      await append([ticket('a'), ticket('b'), ticket('c')])
      const other = await rig.again()
      expect(await keys(2)).toEqual(['a', 'b'])
      expect((await claimTickets(other, 10)).map(({ key }) => key)).toEqual(['c'])
      expect(await keys(10)).toEqual([])
      rig.pass(60_001)
      expect((await claimTickets(other, 10)).map(({ key }) => key)).toEqual(['a', 'b', 'c'])
    })

    it('tries a failed ticket again when it is due, and gives up when told', async () => {
      await append([ticket('a')])
      const [first] = await claimTickets(rig.ledger(), 1)
      await markFailed(rig.ledger().db, first?.id ?? 0, 'it broke', rig.now() + 5_000)
      expect(await keys(1)).toEqual([])
      rig.pass(5_000)
      const [second] = await claimTickets(rig.ledger(), 1)
      expect(second).toMatchObject({ key: 'a', attempts: 1 })
      await markFailed(rig.ledger().db, second?.id ?? 0, 'it broke again', null)
      rig.pass(HOUR)
      expect(await keys(1)).toEqual([])
      const row = await rig.ledger().db.selectFrom('inbox').selectAll().executeTakeFirstOrThrow()
      expect(row).toMatchObject({ state: 'failed', attempts: 2, error: 'it broke again' })
    })
  })

  describe('group commit', () => {
    const inbox = () => groupCommit((rows: NewTicket[]) => append(rows))

    it('answers each sender after the commit: another host sees the row by then', async () => {
      const other = await rig.again()
      const { add } = inbox()
      const answers = await Promise.all(
        Array.from({ length: 300 }, async (_, index) => {
          const arrival = await add(ticket(`k${index}`))
          const query = other.db.selectFrom('inbox').select('id').where('key', '=', `k${index}`)
          return [arrival, (await query.execute()).length]
        }),
      )
      expect(answers).toEqual(Array(300).fill(['received', 1]))
    })

    it('lets one bad row fail alone', async () => {
      const { add } = inbox()
      const bad = ticket('bad', { digest: null as unknown as string })
      const answers = await Promise.allSettled([ticket('a'), bad, ticket('b'), ticket('a')].map(add))
      expect(answers.map((each) => (each.status === 'fulfilled' ? each.value : each.status))).toEqual([
        'received',
        'rejected',
        'received',
        'duplicate',
      ])
      expect(await keys(10)).toEqual(['a', 'b'])
    })
  })
}
