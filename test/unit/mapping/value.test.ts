import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compileExchange } from '../../../core/mapping/exchange.ts'
import { convert, type Money, sumMinor } from '../../../core/model/money.ts'
import type { Value } from '../../../core/model/workspace.ts'
import {
  connection,
  type FactParts,
  map,
  NOW,
  OCCURRED,
  only,
  onlyDelivery,
  outline,
  type RateInput,
  rule,
  workspace,
} from './samples.ts'

const usd = (minor: number): Money => ({ minor, currency: 'USD' })
const NO_AMOUNT = { amount: null }
const valued = (value: Value | undefined, facts: FactParts = {}, rates: RateInput[] = []) => {
  const send = value === undefined ? { event: 'Purchase', to: ['us'] } : { value }
  const rules = [{ ...rule(), send: { event: 'Purchase', to: ['us'], ...send } }]
  return map({ rules, rates }, facts)
}

describe('the value of a conversion', () => {
  const fields = {
    margin: '12.50',
    points: '300',
    blank: '',
    words: 'about 40',
    fine: '1.005',
    loss: '-3.00',
  }
  it.each<[string, Value, FactParts, Money]>([
    ['the amount of the record', { from: 'amount' }, {}, usd(420_000)],
    [
      'the amount when the stage was entered, rather than a later one',
      { from: 'amount' },
      { change: { amount: usd(99) } },
      usd(99),
    ],
    ['zero, which is valid and sent', { from: 'amount' }, { facts: { amount: usd(0) } }, usd(0)],
    ['a share', { from: 'amount', percent: '20' }, {}, usd(84_000)],
    ['a share, half to even down', { from: 'amount', percent: '50' }, { facts: { amount: usd(5) } }, usd(2)],
    ['a share, half to even up', { from: 'amount', percent: '50' }, { facts: { amount: usd(7) } }, usd(4)],
    ['a share of nothing', { from: 'amount', percent: '0' }, {}, usd(0)],
    [
      'a fixed value',
      { fixed: '50.00', currency: 'EUR' },
      { facts: NO_AMOUNT },
      { minor: 5000, currency: 'EUR' },
    ],
    [
      'a field in its own currency',
      { from: 'margin', currency: 'EUR' },
      { facts: { fields } },
      { minor: 1250, currency: 'EUR' },
    ],
    ["a field in the amount's currency", { from: 'margin' }, { facts: { fields } }, usd(1250)],
    [
      "a field in the entry amount's currency",
      { from: 'points' },
      { change: { amount: { minor: 1, currency: 'JPY' } }, facts: { fields } },
      { minor: 300, currency: 'JPY' },
    ],
    ['a share of a field', { from: 'margin', percent: '10' }, { facts: { fields } }, usd(125)],
  ])('is %s', (_, value, facts, expected) => {
    const entry = onlyDelivery(valued(value, facts))
    expect(entry).toMatchObject({ value: expected, hold: null })
    expect(entry.conversion.value).toEqual(expected)
  })

  it('is absent for a rule without value, which never waits', () => {
    const entry = onlyDelivery(valued(undefined, { facts: NO_AMOUNT }))
    expect(entry).toMatchObject({ value: null, hold: null })
    expect(onlyDelivery(valued(undefined)).conversion.value).toBeNull()
  })

  it('is not asked about for a rule without value, even when the amount is negative', () => {
    expect(outline(valued(undefined, { facts: { amount: usd(-1) } }))).toEqual(['won>us: delivery'])
  })

  it.each<[string, Value, FactParts]>([
    ['amount', { from: 'amount' }, { facts: { amount: usd(-1) } }],
    ['amount on entry', { from: 'amount' }, { change: { amount: usd(-1) } }],
    ['amount, of which a share is sent', { from: 'amount', percent: '0' }, { facts: { amount: usd(-1) } }],
    ['field', { from: 'loss' }, { facts: { fields } }],
    ['field without a currency', { from: 'loss' }, { facts: { amount: null, fields } }],
    [
      'amount in a currency TikTok does not take',
      { from: 'amount' },
      { facts: { amount: { minor: -1, currency: 'LKR' } } },
    ],
  ])('negative %s: negative_amount, not sent', (_, value, facts) => {
    expect(outline(valued(value, facts))).toEqual(['won>us: negative_amount'])
  })

  it.each<[string, Value, FactParts]>([
    ['amount', { from: 'amount' }, { facts: NO_AMOUNT }],
    ['share of an amount', { from: 'amount', percent: '20' }, { facts: NO_AMOUNT }],
    ['field', { from: 'unknown' }, { facts: { fields } }],
    ['fields', { from: 'margin' }, {}],
    ['text in the field', { from: 'blank' }, { facts: { fields } }],
    ['decimal in the field', { from: 'words' }, { facts: { fields } }],
    ['decimal in the field nor currency', { from: 'words' }, { facts: { fields, amount: null } }],
    ['decimal that fits the currency', { from: 'fine' }, { facts: { fields } }],
    [
      'share that can be counted exactly',
      { from: 'amount', percent: '999999999999999' },
      { facts: { amount: usd(9e15) } },
    ],
  ])('no %s: held for the amount', (_, value, facts) => {
    const entry = onlyDelivery(valued(value, facts))
    expect(entry.hold).toMatchObject({ reason: 'no_amount', until: NOW + 60 * 60_000 })
    expect(entry.value).toBeNull()
  })

  it('never repeats what somebody typed into a field', () => {
    const entry = only(valued({ from: 'note' }, { facts: { fields: { note: 'ada@example.com' } } }))
    expect(JSON.stringify(entry)).not.toContain('ada@example.com')
    expect(entry).toMatchObject({ hold: { detail: expect.stringContaining('field "note"') } })
  })

  it('waits as long as delivery.noAmountMinutes says', () => {
    const connections = [connection({ delivery: { noAmountMinutes: 5 } })]
    expect(onlyDelivery(map({ connections }, { facts: NO_AMOUNT })).hold?.until).toBe(NOW + 5 * 60_000)
  })

  it.each([
    ['skip', 'won>us: no_amount'],
    ['send', 'won>us: delivery'],
  ] as const)(
    'does not wait at all with noAmountMinutes 0: whenNoAmount %s decides at once',
    (whenNoAmount, expected) => {
      const connections = [connection({ delivery: { noAmountMinutes: 0 } })]
      const rules = [rule({ send: { whenNoAmount } })]
      expect(outline(map({ connections, rules }, { facts: NO_AMOUNT }))).toEqual([expected])
    },
  )

  it('never takes a currency for granted: a field without one is held for currency', () => {
    const entry = onlyDelivery(valued({ from: 'margin' }, { facts: { amount: null, fields } }))
    expect(entry).toMatchObject({ value: null, hold: { reason: 'currency', until: null } })
  })
})

describe('a currency TikTok does not take', () => {
  const lkr = (minor: number) => ({ facts: { amount: { minor, currency: 'LKR' } } })
  const rate = (date: string, text: string, from = 'LKR', to = 'USD'): RateInput => ({
    date,
    from,
    to,
    rate: text,
  })
  const inLkr = (rates: RateInput[], occurredAt = OCCURRED, minor = 100_000) =>
    valued({ from: 'amount' }, { ...lkr(minor), change: { occurredAt } }, rates)

  it("is converted into the connection's currency by a dated workspace rate", () => {
    expect(onlyDelivery(inLkr([rate('2026-11-01', '0.0033')]))).toMatchObject({ value: usd(330), hold: null })
  })

  it('is held for currency without a rate, and says which one is missing', () => {
    const entry = onlyDelivery(inLkr([]))
    expect(entry).toMatchObject({ value: null, hold: { reason: 'currency', until: null } })
    expect(entry.hold?.detail).toContain('LKR to USD')
  })

  it.each([
    [
      'the latest rate on or before the day',
      [rate('2026-11-20', '3'), rate('2026-11-01', '2'), rate('2026-11-21', '4')],
      300,
    ],
    ['the last in the file of one day', [rate('2026-11-20', '3'), rate('2026-11-20', '5')], 500],
    [
      'no rate of another pair',
      [rate('2026-11-01', '2'), rate('2026-11-10', '9', 'GEL'), rate('2026-11-10', '9', 'LKR', 'EUR')],
      200,
    ],
    ['no rate that is not above zero', [rate('2026-11-01', '2'), rate('2026-11-10', '0')], 200],
  ])('takes %s', (_, rates, minor) => {
    expect(onlyDelivery(inLkr(rates, OCCURRED, 100)).value).toEqual(usd(minor))
  })

  it.each([
    ['rates of later days', [rate('2026-11-21', '4')]],
    ['the rate of the opposite direction', [rate('2026-11-01', '300', 'USD', 'LKR')]],
  ])('has no use for %s', (_, rates) => {
    expect(onlyDelivery(inLkr(rates)).hold?.reason).toBe('currency')
  })

  it("means the event's day in the time zone of the ad account", () => {
    const rates = [rate('2026-11-19', '2'), rate('2026-11-20', '3')]
    // Midnight in New York is 05:00 UTC in November.
    expect(onlyDelivery(inLkr(rates, Date.parse('2026-11-20T04:59:59Z'), 100)).value).toEqual(usd(200))
    expect(onlyDelivery(inLkr(rates, Date.parse('2026-11-20T05:00:00Z'), 100)).value).toEqual(usd(300))
  })

  it.each([
    [5, '0.5', 2],
    [7, '0.5', 4],
    [1, '0.4999', 0],
  ])('rounds half to even: %i at %s is %i', (minor, text, expected) => {
    expect(onlyDelivery(inLkr([rate('2026-11-01', text)], OCCURRED, minor)).value).toEqual(usd(expected))
  })

  it('is held when the connection counts in a currency TikTok does not take either', () => {
    const connections = [connection({ currency: 'GEL' })]
    const entry = onlyDelivery(
      map({ connections, rates: [rate('2026-11-01', '0.01', 'LKR', 'GEL')] }, lkr(100)),
    )
    expect(entry.hold).toMatchObject({ reason: 'currency', detail: expect.stringContaining('GEL') })
  })

  it('is held for the amount when the converted value cannot be counted exactly', () => {
    expect(onlyDelivery(inLkr([rate('2026-11-01', '999999999')], OCCURRED, 9e15)).hold?.reason).toBe(
      'no_amount',
    )
  })

  it('leaves a currency TikTok takes alone, whatever the rates say', () => {
    expect(
      onlyDelivery(valued({ from: 'amount' }, {}, [rate('2026-11-01', '2', 'USD', 'USD')])).value,
    ).toEqual(usd(420_000))
  })

  it('is converted per deal, then summed: the sum of the values is the sum of what each deal comes to', () => {
    const [account] = workspace({ connections: [connection()] }).connections
    if (account === undefined) throw new Error('there is a connection')
    const exchange = compileExchange([rate('2026-01-01', '0.00331')], account)
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 1e12 }), { maxLength: 30 }), (amounts) => {
        const sent = amounts.map((minor) => exchange({ minor, currency: 'LKR' }, OCCURRED) as Money)
        const each = amounts.map((minor) => convert({ minor, currency: 'LKR' }, '0.00331', 'USD').minor)
        expect(sumMinor(sent.map(({ minor }) => minor))).toBe(sumMinor(each))
        // Half a cent a deal is the most that rounding may add or take.
        const exact = amounts.reduce((sum, minor) => sum + BigInt(minor) * 331n, 0n)
        const off = sumMinor(each) * 100_000n - exact
        expect((off < 0n ? -off : off) * 2n <= BigInt(amounts.length) * 100_000n).toBe(true)
        for (const value of sent) expect(value.currency).toBe('USD')
      }),
    )
  })
})
