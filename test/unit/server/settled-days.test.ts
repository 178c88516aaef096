import { expect, it } from 'vitest'
import type { Ledger } from '../../../core/ledger/ledger.ts'
import { settledDays } from '../../../server/overview/settled-days.ts'

const ledgerAt = (now: number) => ({ now: () => now }) as Ledger
const NOON = Date.parse('2026-11-20T17:00:00Z')
const DAYS = ['2026-11-17', '2026-11-18', '2026-11-19', '2026-11-20']
const asked = { scope: 'us-brand', timezone: 'America/New_York', days: DAYS }

it('reads each day by its bounds, and again only what may still change', async () => {
  const read: string[] = []
  const daysOf = settledDays<string>()
  const ledger = ledgerAt(NOON)
  const ask = (more: Partial<typeof asked> = {}) =>
    daysOf(ledger, { ...asked, ...more }, async ({ day, from, to }) => {
      read.push(day)
      expect((to - from) / 3_600_000).toBe(24)
      return `${day} ${from}`
    })
  const first = await ask()
  expect(first[0]).toBe(`2026-11-17 ${Date.parse('2026-11-17T05:00:00Z')}`)
  expect(read.splice(0)).toEqual(DAYS)
  expect(await ask()).toEqual(first)
  // Clocks of several hosts are apart: yesterday is looked at again, too.
  expect(read.splice(0)).toEqual(['2026-11-19', '2026-11-20'])
  await ask({ scope: 'eu-brand' })
  expect(read).toEqual(DAYS)
})

it('remembers nothing of a day that could not be read, and nothing of another ledger', async () => {
  const daysOf = settledDays<number>()
  const ledger = ledgerAt(NOON)
  await expect(daysOf(ledger, asked, () => Promise.reject(new Error('no')))).rejects.toThrow('no')
  expect(await daysOf(ledger, asked, async () => 1)).toEqual([1, 1, 1, 1])
  expect(await daysOf(ledgerAt(NOON), asked, async () => 2)).toEqual([2, 2, 2, 2])
})
