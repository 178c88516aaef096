import type { Mapped, MappedDelivery } from '../../mapping/mapped.ts'
import {
  DELIVERY_STATES,
  type DeliveryState,
  HOLD_REASONS,
  type HoldReason,
  REASONS,
  type Reason,
} from '../../model/delivery.ts'
import type { MoneyText } from '../../model/story.ts'
import type { Workspace } from '../../model/workspace.ts'
import { sendUntil } from '../freeze.ts'
import type { Settings } from '../settings.ts'
import type { PastChange } from './past-change.ts'
import { createSums, difference, moneyTexts, type Sums } from './sums.ts'

/** A number of conversions and what they are worth, exactly, by currency. */
export interface Amount {
  count: number
  values: MoneyText[]
}

/** How well the conversions can be matched, 0 to 100, and how far apart they lie. */
export interface MatchScore {
  average: number
  /** Standard deviation. */
  deviation: number
  lowest: number
  highest: number
}

/** One event of one rule at one connection. */
export interface TallyLine {
  ruleId: string
  connectionId: string
  event: string
  /** What the rules send, start limits set aside; not what they would hold. */
  would: Amount & {
    matchScore: MatchScore | null
    /** How many of them happened before the start: they go by `backfill` alone. */
    beforeStart: number
    /** How many of them are past the age limit by now. */
    tooOld: number
  }
  held: { reason: HoldReason; count: number }[]
  /** What TikTok accepted for the same stage changes. */
  sent: Amount
  /** `would` less `sent`. */
  difference: Amount
  /** Every delivery there is for the same stage changes, by state. */
  states: { state: DeliveryState; count: number }[]
  /** Why the others do not go. */
  reasons: { reason: Reason; count: number }[]
}

/** What the rules make of stage changes, counted; as large as there are rules, whatever went through. */
export interface Tally {
  addMapped(past: PastChange, mapped: readonly Mapped[]): void
  /** What was made of this stage change in truth. */
  addSent(past: PastChange): void
  lines(): TallyLine[]
  /** Stage changes that no rule matches. */
  unmatched(): { reason: Reason; count: number }[]
}

interface Line {
  ruleId: string
  connectionId: string
  event: string
  would: Counted & { beforeStart: number; tooOld: number }
  scores: { sum: number; squares: number; lowest: number; highest: number }
  held: Map<HoldReason, number>
  sent: Counted
  states: Map<DeliveryState, number>
  reasons: Map<Reason, number>
}

interface Counted {
  count: number
  sums: Sums
}

/**
 * `rules` are those that did the mapping; they stand first, in their order. With `tooOldApart` what is past the age limit
 * is counted as that alone, because it will not go.
 */
export function createTally(
  settings: Settings,
  { rules, connections }: Workspace,
  { tooOldApart = false } = {},
): Tally {
  const lines = new Map<string, Line>()
  const unmatched = new Map<Reason, number>()
  const eventOf = new Map(rules.map(({ id, send }) => [id, send.event]))
  const connectionOf = new Map(connections.map((connection) => [connection.id, connection]))

  const lineOf = (ruleId: string, connectionId: string, event: string) => {
    const name = `${ruleId}\n${connectionId}\n${event}`
    let line = lines.get(name)
    if (line === undefined) {
      line = emptyLine(ruleId, connectionId, event)
      lines.set(name, line)
    }
    return line
  }
  for (const { id, send } of rules) for (const to of send.to) lineOf(id, to, send.event)

  const isTooOld = (delivery: MappedDelivery, now: number) => {
    const connection =
      connectionOf.get(delivery.connectionId) ?? settings.connections.get(delivery.connectionId)
    if (connection === undefined) return false
    return sendUntil(delivery.conversion.occurredAt, delivery.browserEventId, connection) <= now
  }
  return {
    addMapped({ facts }, mapped) {
      for (const entry of mapped) {
        if (entry.kind === 'reason') {
          const { ruleId, connectionId, reason } = entry
          if (ruleId === null || connectionId === null) increment(unmatched, reason)
          else increment(lineOf(ruleId, connectionId, eventOf.get(ruleId) ?? '').reasons, reason)
          continue
        }
        const line = lineOf(entry.ruleId, entry.connectionId, entry.event)
        const tooOld = isTooOld(entry, facts.now)
        if (tooOld) line.would.tooOld++
        if (tooOld && tooOldApart) continue
        if (entry.hold) {
          increment(line.held, entry.hold.reason)
          continue
        }
        const { would, scores } = line
        would.count++
        would.sums.add(entry.value)
        if (entry.beforeStart) would.beforeStart++
        scores.sum += entry.matchScore
        scores.squares += entry.matchScore ** 2
        scores.lowest = Math.min(scores.lowest, entry.matchScore)
        scores.highest = Math.max(scores.highest, entry.matchScore)
      }
    },
    addSent({ stageChangeId, deliveries }) {
      for (const each of deliveries) {
        if (each.stage_change_id !== stageChangeId) continue
        const line = lineOf(each.rule_id, each.connection_id, each.event)
        increment(line.states, each.state)
        if (each.state !== 'accepted') continue
        line.sent.count++
        const { value_minor: minor, currency } = each
        if (minor !== null && currency !== null) line.sent.sums.add({ minor, currency })
      }
    },
    lines: () => [...lines.values()].map(finished),
    unmatched: () => inOrder(REASONS, unmatched).map(([reason, count]) => ({ reason, count })),
  }
}

function emptyLine(ruleId: string, connectionId: string, event: string): Line {
  return {
    ruleId,
    connectionId,
    event,
    would: { count: 0, sums: createSums(), beforeStart: 0, tooOld: 0 },
    scores: { sum: 0, squares: 0, lowest: 100, highest: 0 },
    held: new Map(),
    sent: { count: 0, sums: createSums() },
    states: new Map(),
    reasons: new Map(),
  }
}

function finished({
  ruleId,
  connectionId,
  event,
  would,
  scores,
  held,
  sent,
  states,
  reasons,
}: Line): TallyLine {
  const { count, sums, beforeStart, tooOld } = would
  return {
    ruleId,
    connectionId,
    event,
    would: {
      count,
      values: moneyTexts(sums.totals()),
      matchScore: count === 0 ? null : matchScoreOf(count, scores),
      beforeStart,
      tooOld,
    },
    held: inOrder(HOLD_REASONS, held).map(([reason, n]) => ({ reason, count: n })),
    sent: { count: sent.count, values: moneyTexts(sent.sums.totals()) },
    difference: {
      count: count - sent.count,
      values: moneyTexts(difference(sums.totals(), sent.sums.totals())),
    },
    states: inOrder(DELIVERY_STATES, states).map(([state, n]) => ({ state, count: n })),
    reasons: inOrder(REASONS, reasons).map(([reason, n]) => ({ reason, count: n })),
  }
}

function matchScoreOf(count: number, { sum, squares, lowest, highest }: Line['scores']): MatchScore {
  const average = sum / count
  const variance = Math.max(0, squares / count - average ** 2)
  return { average: tenths(average), deviation: tenths(Math.sqrt(variance)), lowest, highest }
}

function tenths(value: number): number {
  return Math.round(value * 10) / 10
}

function increment<K>(counts: Map<K, number>, key: K): void {
  counts.set(key, (counts.get(key) ?? 0) + 1)
}

function inOrder<K>(order: readonly K[], counts: ReadonlyMap<K, number>): [K, number][] {
  return order.flatMap((key) => {
    const count = counts.get(key)
    return count === undefined ? [] : [[key, count] as [K, number]]
  })
}
