import fc from 'fast-check'
import type { Ledger } from '../../core/ledger/ledger.ts'
import { insertRows } from '../../core/ledger/rows.ts'
import type { Tables } from '../../core/ledger/schema.ts'
import type { DeliveryState, Reason } from '../../core/model/delivery.ts'
import { DELIVERY_STATES, REASONS } from '../../core/model/delivery.ts'
import { Workspace } from '../../core/model/workspace.ts'
import { connection, rule, settings, source } from '../support/samples.ts'

const DAY = 86_400_000
/** The first moment of the period, 2026-10-01 in New York, which has 31 days. */
export const FROM = Date.UTC(2026, 9, 1, 4)
export const TO = FROM + 31 * DAY

export const WORKSPACE = Workspace.parse(
  settings({
    connections: [connection()],
    sources: [source()],
    rules: [rule()],
    rates: [
      { date: '2026-01-01', from: 'EUR', to: 'USD', rate: '1.0842' },
      { date: '2026-10-10', from: 'EUR', to: 'USD', rate: '1.1' },
      { date: '2026-10-20', from: 'EUR', to: 'USD', rate: '1.07' },
    ],
  }),
)

const CURRENCIES = ['USD', 'USD', 'EUR', 'LKR'] as const

export interface PlantedDelivery {
  state: DeliveryState
  /** Epoch ms. */
  at: number
  value: { minor: number; currency: string } | null
  test: boolean
}

/** A deal as a random ledger has it. */
export interface Planted {
  /** When it entered the won stage, epoch ms; null: Closeback never saw that. */
  wonAt: number | null
  amountThen: { minor: number; currency: string } | null
  amountNow: { minor: number; currency: string } | null
  stillWon: boolean
  deleted: boolean
  deliveries: PlantedDelivery[]
  reason: Reason | null
  click: { at: number | null } | null
  /** What the CRM lists; null: nothing. */
  listed: { wonAt: number; amount: { minor: number; currency: string } | null } | null
}

const moment = fc.integer({ min: -40, max: 50 }).map((days) => FROM + days * DAY + 3_600_000)
const money = fc.record({ minor: fc.nat(1_000_000), currency: fc.constantFrom(...CURRENCIES) })

const planted: fc.Arbitrary<Planted> = fc
  .record({
    wonAt: fc.option(moment, { freq: 8 }),
    amountThen: fc.option(money, { freq: 6 }),
    changed: fc.boolean(),
    amountLater: fc.option(money, { freq: 6 }),
    stillWon: fc.boolean(),
    deleted: fc.constantFrom(false, false, false, true),
    deliveries: fc.array(
      fc.record({
        state: fc.constantFrom<DeliveryState>('accepted', 'accepted', ...DELIVERY_STATES),
        shift: fc.constantFrom(0, 0, 0, 35, -35),
        value: fc.constantFrom('same', 'same', 'half', 'other', 'none'),
        other: money,
        test: fc.constantFrom(false, false, true),
      }),
      { maxLength: 3 },
    ),
    reason: fc.option(fc.constantFrom(...REASONS)),
    click: fc.option(fc.record({ at: fc.option(fc.integer({ min: 0, max: 40 })) })),
    listed: fc.option(moment, { freq: 3 }),
  })
  .map(({ wonAt, amountThen, changed, amountLater, deliveries, click, listed, ...rest }) => {
    const amountNow = changed ? amountLater : amountThen
    const at = wonAt ?? FROM
    return {
      ...rest,
      wonAt,
      amountThen,
      amountNow,
      deliveries:
        wonAt === null
          ? []
          : deliveries.map(({ state, shift, value, other, test }) => ({
              state,
              at: at + shift * DAY,
              test,
              value:
                value === 'none' || amountThen === null
                  ? value === 'other'
                    ? other
                    : null
                  : value === 'same'
                    ? amountThen
                    : value === 'half'
                      ? { ...amountThen, minor: Math.floor(amountThen.minor / 2) }
                      : other,
            })),
      click: click && { at: click.at === null ? null : at - click.at * DAY },
      listed: listed === null ? null : { wonAt: listed, amount: amountNow },
    }
  })

export const someDeals = fc.array(planted, { minLength: 1, maxLength: 25 })

/** Writes deals into an empty ledger as they would stand there; ids count from 1. */
export async function plant({ db }: Ledger, deals: readonly Planted[]): Promise<void> {
  const put = <Name extends keyof Tables>(table: Name, rows: readonly object[]) => insertRows(db, table, rows)
  for (const table of [
    'deliveries',
    'reasons',
    'stage_changes',
    'deals',
    'crm_book_deals',
    'crm_books',
  ] as const)
    await db.deleteFrom(table).execute()
  const known = (deal: Planted) =>
    JSON.stringify({
      ...(deal.amountNow && { amount: [deal.amountNow, 1, 'k'] }),
      ...(deal.click && { click: [['E.C.P.1', deal.click.at], 1, 'k'] }),
      ...(deal.deleted && { presence: ['deleted', 1, 'k'] }),
      stage: [{ pipeline: null, stage: 's', milestone: deal.stillWon ? 'won' : 'lost' }, 1, 'k'],
    })
  await put(
    'deals',
    deals.map((deal, at) => ({
      id: at + 1,
      source_id: 'shop-crm',
      record_type: 'deal',
      record_id: `D-${at + 1}`,
      origin_id: null,
      link: null,
      known: known(deal),
      created_at: 0,
    })),
  )
  const seen = deals.flatMap((deal, at) =>
    deal.wonAt === null ? [] : [{ deal, id: at + 1, wonAt: deal.wonAt }],
  )
  await put(
    'stage_changes',
    seen.map(({ deal, id, wonAt }) => ({
      id,
      source_id: 'shop-crm',
      key: `k-${id}`,
      deal_id: id,
      pipeline: null,
      stage: 'won',
      previous_stage: null,
      milestone: 'won',
      occurred_at: wonAt,
      history_id: null,
      amount_minor: deal.amountThen?.minor ?? null,
      currency: deal.amountThen?.currency ?? null,
      browser_event: null,
      seen_at: wonAt,
    })),
  )
  await put(
    'reasons',
    seen.flatMap(({ deal, id }) =>
      deal.reason === null
        ? []
        : [
            {
              stage_change_id: id,
              rule_id: 'won',
              connection_id: 'us-brand',
              reason: deal.reason,
              detail: '',
            },
          ],
    ),
  )
  await put(
    'deliveries',
    seen.flatMap(({ deal, id }) =>
      deal.deliveries.map((delivery, nth) => deliveryRow(id, nth, delivery, deal)),
    ),
  )
}

function deliveryRow(
  id: number,
  nth: number,
  { state, at, value, test }: PlantedDelivery,
  { click }: Planted,
) {
  return {
    stage_change_id: id,
    deal_id: id,
    origin_id: id,
    source_id: 'shop-crm',
    connection_id: 'us-brand',
    rule_id: 'won',
    milestone: 'won',
    occurrence: nth === 0 ? '' : String(nth),
    event: nth === 1 ? 'CompletePayment' : 'Purchase',
    event_source: 'web',
    event_source_id: 'C4AAAAAAAAAAAAAAAAAA',
    event_id: `${id}-${nth}`,
    browser_id: 0,
    occurred_at: at,
    value_minor: value?.minor ?? null,
    currency: value?.currency ?? null,
    match_score: 50,
    match_keys: click ? 'ttclid,email' : 'email',
    test_code: test ? 'TEST1' : null,
    state,
    hold_reason: state === 'held' ? 'no_amount' : null,
    next_at: null,
    send_until: at,
    payload: '',
    attempts: 1,
    outcome: null,
    first_unknown_at: null,
    began_at: null,
    lease: null,
    lease_until: null,
    code: state === 'rejected' ? '40002' : null,
    message: null,
    created_at: at,
    settled_at: at,
  }
}
