import { rm } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { Reconciliation } from '../../../core/model/reconciliation.ts'
import type { DemoSummary } from '../../../server/demo/summary.ts'
import { temporaryDirectory } from '../../support/temporary.ts'
import { cliRig } from './rig.ts'

/** What the story does to the shop's purchases on purpose, and what becomes of its last days by themselves. */
const PLANTED = [
  'rejected',
  'held',
  'outside_click_window',
  'account_currency',
  'no_click_id',
  'restatement',
  'view_through',
]

describe('the demo', () => {
  const rig = cliRig()
  let memory = ''
  beforeAll(async () => {
    memory = await temporaryDirectory()
    vi.stubEnv('TMPDIR', memory)
  })
  afterAll(async () => {
    vi.unstubAllEnvs()
    await rm(memory, { recursive: true, force: true })
  })

  it('ends with three books that are explained to the last deal, by the causes that its story planted', {
    timeout: 180_000,
  }, async () => {
    const { out, exit } = await rig.cli('demo', '--once', '--json')
    const { deliveries, reconciliation, accepted, counted } = JSON.parse(out) as DemoSummary & {
      reconciliation: Reconciliation
    }
    expect(exit).toBe(0)
    expect(counted).toBe(accepted)
    const { book, delivered, reported, unexplained, causes } = reconciliation
    expect(unexplained).toEqual({ count: 0, value: { amount: '0.00', currency: 'USD' } })
    expect(reported?.count).toBeGreaterThan(0)
    expect(PLANTED).toEqual(expect.arrayContaining(causes.map(({ cause }) => cause)))
    const counts = Object.fromEntries(causes.map(({ cause, count }) => [cause, count]))
    expect(counts).toMatchObject({
      rejected: { low: 1, high: 1 },
      held: { low: 1, high: 1 },
      outside_click_window: { low: 1, high: 1 },
      no_click_id: { low: 0, high: 2 },
    })

    // The webhook's purchases, two of HubSpot and one of Salesforce.
    const purchases = deliveries.find(({ event, state }) => event === 'Purchase' && state === 'accepted')
    expect(purchases?.count).toBe(11 + 2 + 1)
    expect(purchases?.totals).toContainEqual({ amount: '30635.75', currency: 'USD' })
    expect(delivered.count).toBe(14)
    expect(book.total.count).toBe(16)
  })
})
