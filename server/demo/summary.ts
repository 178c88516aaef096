import { countDeliveries } from '../../core/ledger/deliveries.ts'
import { countReasons } from '../../core/ledger/stage-changes.ts'
import { amountText } from '../../core/mapping/explain-words.ts'
import type { DeliveryState, Reason } from '../../core/model/delivery.ts'
import { toDecimal } from '../../core/model/money.ts'
import type { TikTokSandbox } from '../../fixtures/sandbox/tiktok/index.ts'
import type { Closeback } from '../compose.ts'
import type { Intake } from './post-signed.ts'

/** What the demo came to; printed as text, or as JSON with `--json`. */
export interface DemoSummary {
  intake: Intake
  deliveries: {
    event: string
    state: DeliveryState
    count: number
    totals: { amount: string; currency: string }[]
  }[]
  notSent: { reason: Reason; count: number }[]
  /** Accepted deliveries in the ledger, and events the simulated TikTok counts: the same number. */
  accepted: number
  counted: number
}

export async function summarise(
  { ledger }: Closeback,
  sandbox: TikTokSandbox,
  intake: Intake,
): Promise<DemoSummary> {
  const counts = await countDeliveries(ledger.reader)
  const groups = Map.groupBy(counts, (row) => `${row.event} ${row.state}`)
  const deliveries = [...groups.values()].map((rows) => {
    const [{ event, state }] = rows as [(typeof rows)[number]]
    const totals = rows.flatMap(({ currency, total }) =>
      currency === null ? [] : [{ amount: toDecimal(total, currency), currency }],
    )
    return { event, state, count: rows.reduce((sum, row) => sum + row.count, 0), totals }
  })
  const accepted = deliveries
    .filter((row) => row.state === 'accepted')
    .reduce((sum, row) => sum + row.count, 0)
  return {
    intake,
    deliveries,
    notSent: await countReasons(ledger.reader),
    accepted,
    counted: sandbox.state.events.all().length,
  }
}

const WHY: Record<Reason, string> = {
  error: 'could not be read',
  suppressed: 'the person refused consent',
  before_start: 'happened before the start',
  no_rule: 'no rule asks for that stage',
  not_tiktok: 'did not come from TikTok, and the rule asks for that',
  no_match_key: 'nothing TikTok could match',
  negative_amount: 'a negative amount',
  no_amount: 'no amount came',
  not_sendable: 'could not be sent',
  shadowed: 'another rule sent it already',
  repeated: 'counted already; a milestone fires once',
}

const STATES: Record<DeliveryState, string> = {
  accepted: 'accepted',
  rejected: 'refused by TikTok',
  held: 'held, a rate is missing',
  waiting: 'waiting',
  in_flight: 'being sent',
  uncertain: 'uncertain',
  too_old: 'too old',
  cancelled: 'cancelled',
}

/** The summary as a newcomer reads it, at 80 columns. */
export function summaryText({ intake, deliveries, notSent, accepted, counted }: DemoSummary): string {
  const lines = [
    '',
    `Four weeks later: ${intake.received} messages received, ${intake.duplicates} repeated and ignored.`,
    '',
    'Sent to TikTok',
    ...deliveries.map(({ event, state, count, totals }) =>
      `  ${event.padEnd(18)}${String(count).padStart(4)}  ${STATES[state].padEnd(22)}${totals.map(amountText).join(`\n${' '.repeat(46)}+ `)}`.trimEnd(),
    ),
    '',
    'Not sent, and why',
    ...notSent.map(
      ({ reason, count }) => `  ${reason.padEnd(18)}${String(count).padStart(4)}  ${WHY[reason]}`,
    ),
    '',
    counted === accepted
      ? `TikTok counts ${counted} events, the ledger has ${accepted} accepted: none lost, none twice.`
      : `TikTok counts ${counted} events, but the ledger has ${accepted} accepted: that must not happen.`,
  ]
  return `${lines.join('\n')}\n`
}
