import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bucketOf } from '../../core/analysis/reconciliation/buckets.ts'
import { reconciliationReport, scopeOfReport } from '../../core/analysis/reports/reconciliation-report.ts'
import { bookDeals } from '../../core/ledger/book-deals.ts'
import { addToCrmBook, openCrmBook } from '../../core/ledger/crm-books.ts'
import { deliveredDeals } from '../../core/ledger/delivered-deals.ts'
import type { Ledger } from '../../core/ledger/ledger.ts'
import { eventRules } from '../../core/mapping/event-rules.ts'
import type { BookDeal } from '../../core/model/book.ts'
import type { DeliveredBar } from '../../core/model/delivered-bars.ts'
import { convert } from '../../core/model/money.ts'
import type { Amount, Bucket, Reconciliation } from '../../core/model/reconciliation.ts'
import { fatesOf } from '../../server/reconciliation/list-deals.ts'
import type { OpenedLedger } from '../conformance/ledger-harness.ts'
import { openAt, openSqliteLedger } from '../support/open-ledger.ts'
import { usePostgres } from '../support/postgres.ts'
import { FROM, type Planted, plant, someDeals, TO, WORKSPACE } from './planted.ts'

type Money = { minor: number; currency: string }
const inPeriod = (at: number) => at >= FROM && at < TO
const DAY = 86_400_000

/** Converted by hand: one deal, at the rate of its day in New York. */
function inDollars(money: Money | null, at: number): Record<string, bigint> {
  if (money === null || money.minor === 0) return {}
  const rate = at >= FROM + 19 * DAY ? '1.07' : at >= FROM + 9 * DAY ? '1.1' : '1.0842'
  const { minor, currency } = money.currency === 'EUR' ? convert(money, rate, 'USD') : money
  return minor === 0 ? {} : { [currency]: BigInt(minor) }
}

function total(amounts: readonly { count: number; money: Record<string, bigint> }[]) {
  const sum: Record<string, bigint> = {}
  let count = 0
  for (const each of amounts) {
    count += each.count
    for (const [currency, minor] of Object.entries(each.money)) sum[currency] = (sum[currency] ?? 0n) + minor
  }
  return { count, money: Object.fromEntries(Object.entries(sum).filter(([, minor]) => minor !== 0n)) }
}

const read = ({ count, values }: Amount) => ({
  count,
  money: Object.fromEntries(
    values
      .map(({ amount, currency }) => [currency, BigInt(amount.replace('.', ''))] as const)
      .filter(([, minor]) => minor !== 0n),
  ),
})

/** Where a deal belongs, said once more and more slowly. */
function bucketByHand({ wonAt, deliveries, reason }: Planted): Bucket {
  const has = (...states: string[]) => deliveries.some(({ state }) => states.includes(state))
  if (has('accepted')) return 'accepted'
  if (has('uncertain')) return 'uncertain'
  if (has('rejected')) return 'rejected'
  if (has('waiting', 'in_flight')) return 'waiting'
  if (has('held')) return 'held'
  if (has('too_old')) return 'too_old'
  if (has('cancelled')) return 'cancelled'
  if (wonAt === null) return 'not_seen'
  if (reason === null || reason === 'no_rule') return 'no_rule'
  return ['suppressed', 'before_start', 'not_tiktok', 'no_match_key'].includes(reason)
    ? (reason as Bucket)
    : 'not_sendable'
}

async function report(
  ledger: Ledger,
  deals: readonly Planted[],
  from: 'crm' | 'ledger',
): Promise<Reconciliation> {
  await plant(ledger, deals)
  let book: Parameters<typeof reconciliationReport>[1]['book'] = null
  if (from === 'crm') {
    const id = await openCrmBook(ledger)
    const listed = deals.flatMap(({ listed }, at) =>
      listed && inPeriod(listed.wonAt)
        ? [
            {
              record: { type: 'deal', id: `D-${at + 1}` },
              wonAt: listed.wonAt,
              closeDate: null,
              amount: listed.amount,
            },
          ]
        : [],
    )
    await addToCrmBook(ledger, id, 'shop-crm', listed)
    book = { id, kind: 'crm', detail: 'test', closeDates: [] }
  }
  const [rules] = eventRules(WORKSPACE, 'us-brand')
  const [connection] = WORKSPACE.connections
  if (!rules || !connection) throw new Error('the workspace has none')
  return reconciliationReport(ledger.reader, {
    workspace: WORKSPACE,
    connection,
    rules,
    from: '2026-10-01',
    to: '2026-10-31',
    asOf: null,
    book,
    now: TO + 90 * DAY,
  })
}

async function holds(ledger: Ledger, deals: readonly Planted[], from: 'crm' | 'ledger'): Promise<void> {
  const made = await report(ledger, deals, from)
  const book = deals.flatMap((deal) => {
    if (from === 'crm')
      return deal.listed && inPeriod(deal.listed.wonAt) ? [{ deal, at: deal.listed.wonAt }] : []
    return deal.wonAt !== null && inPeriod(deal.wonAt) && deal.stillWon && !deal.deleted
      ? [{ deal, at: deal.wonAt }]
      : []
  })
  const worth = book.map(({ deal, at }) => ({
    bucket: bucketByHand(deal),
    count: 1,
    money: inDollars(deal.amountNow, at),
  }))

  // Every deal of the book in exactly one bucket, and all of them are the book.
  expect(read(made.book.total)).toEqual(total(worth))
  for (const { bucket, amount, details, evidence, clickAge, campaign, test } of made.buckets) {
    expect(read(amount), bucket).toEqual(total(worth.filter((each) => each.bucket === bucket)))
    for (const split of [evidence, clickAge, campaign, test])
      expect(total(split.map((each) => read(each.amount))), bucket).toEqual(read(amount))
    if (['rejected', 'held', 'not_sendable'].includes(bucket))
      expect(total(details.map((each) => read(each.amount)))).toEqual(read(amount))
  }

  // Book and bridge are what was delivered, to the minor unit.
  const accepted = made.buckets[0]?.amount as Amount
  expect(total([accepted, ...made.bridge.map(({ amount }) => amount)].map(read))).toEqual(
    read(made.delivered),
  )
  const delivered = deals.flatMap(({ deliveries }) =>
    deliveries
      .filter(({ state, at }) => state === 'accepted' && inPeriod(at))
      .map(({ value, at }) => ({ count: 1, money: inDollars(value, at) })),
  )
  expect(read(made.delivered)).toEqual(total(delivered))
  expect(made.notes.join()).not.toContain('settled while')
  await opens(ledger, made)
}

/** A bar opens to as many deals as it says, and to what they are worth. */
async function opens(
  ledger: Ledger,
  { book, buckets, bridge, delivered, steps }: Reconciliation,
): Promise<void> {
  const [rules] = eventRules(WORKSPACE, 'us-brand')
  const [connection] = WORKSPACE.connections
  if (!rules || !connection) throw new Error('the workspace has none')
  const period = { from: '2026-10-01', to: '2026-10-31', asOf: null }
  const scope = scopeOfReport({ workspace: WORKSPACE, connection, rules, ...period })
  const page = { bookId: book.id, differs: false, limit: 1000, offset: 0 }
  const all = await bookDeals(ledger.reader, scope, { ...page, fates: null })
  expect(all).toHaveLength(book.total.count)
  for (const { bucket, amount } of buckets) {
    const inside = all.filter((deal) => bucketOf(deal) === bucket)
    expect(inside, bucket).toHaveLength(amount.count)
    expect(read(amount)).toEqual(
      total(inside.map(({ amount: money, at }) => ({ count: 1, money: inDollars(money, at) }))),
    )
  }
  const largest = buckets.toSorted((a, b) => b.amount.count - a.amount.count)[0]?.bucket ?? 'accepted'
  expect(await bookDeals(ledger.reader, scope, { ...page, fates: fatesOf(largest) })).toEqual(
    all.filter((deal) => bucketOf(deal) === largest),
  )

  const list = (bar: DeliveredBar) => deliveredDeals(ledger.reader, scope, { ...page, bar })
  const worthOf = (deals: readonly BookDeal[]) =>
    total(deals.map(({ sent, sentAt }) => ({ count: 1, money: inDollars(sent, sentAt ?? 0) })))
  expect(worthOf(await list('delivered'))).toEqual(read(delivered))
  for (const name of ['no_longer_won', 'further_deliveries'] as const)
    expect(worthOf(await list(name)), name).toEqual(
      read(bridge.find(({ step }) => step === name)?.amount as Amount),
    )
  const moved = (await list('won_date_moved')).map(({ sentAt }) => (inPeriod(sentAt ?? 0) ? 1 : -1) as number)
  expect(moved.reduce((sum, each) => sum + each, 0)).toBe(
    bridge.find(({ step }) => step === 'won_date_moved')?.amount.count,
  )
  for (const name of ['test_events', 'pixel_copies'] as const)
    expect(await list(name), name).toHaveLength(-(steps.find(({ step }) => step === name)?.count.low ?? 0))
}

const RUNS = { numRuns: process.env.CLOSEBACK_LONG ? 2000 : 60 }

function itHolds(ledger: () => Ledger, runs: { numRuns: number }) {
  it.each(['ledger', 'crm'] as const)(
    'adds up to the minor unit for random ledgers, by the book of the %s',
    async (from) => {
      await fc.assert(
        fc.asyncProperty(someDeals, (deals) => holds(ledger(), deals, from)),
        runs,
      )
    },
  )
}

describe('a reconciliation on SQLite', () => {
  let opened: OpenedLedger
  beforeAll(async () => {
    opened = await openSqliteLedger(() => TO)
  })
  afterAll(() => opened.close())
  itHolds(() => opened.ledger, RUNS)
})

describe('a reconciliation on PostgreSQL', () => {
  const postgres = usePostgres()
  let opened: OpenedLedger
  beforeAll(async () => {
    opened = await openAt(await postgres.emptyLedger(), () => TO)
  })
  afterAll(() => opened.close())
  itHolds(() => opened.ledger, { numRuns: RUNS.numRuns / 4 })
})
