import type { Mapped } from '../../mapping/mapped.ts'
import { type Money, toDecimal } from '../../model/money.ts'
import type { RecordRef } from '../../model/record.ts'
import type { MoneyText } from '../../model/story.ts'
import type { PastChange } from './past-change.ts'

/** What TikTok is told of a stage change by one rule. */
export interface SampleSide {
  event: string
  value: MoneyText | null
}

/** A deal that goes differently, and how: `null` on one side is not sent there. */
export interface PreviewSample {
  sourceId: string
  record: RecordRef
  milestone: string
  /** Epoch ms. */
  occurredAt: number
  /** The ledger knows it, so that it has a page. */
  inLedger: boolean
  ruleId: string
  connectionId: string
  before: SampleSide | null
  after: SampleSide | null
  /** Why one side sends nothing: a reason, what it is held for, or the state of its delivery. */
  why: string | null
}

/** By rule and connection: what is sent, or why nothing is. */
type Sides = Map<string, SampleSide | string>

const nameOf = (ruleId: string, connectionId: string) => `${ruleId}\n${connectionId}`

/** What rules would send of a stage change. */
export function wouldSend(mapped: readonly Mapped[]): Sides {
  const sides: Sides = new Map()
  for (const entry of mapped) {
    if (entry.kind === 'delivery')
      sides.set(
        nameOf(entry.ruleId, entry.connectionId),
        entry.hold ? entry.hold.reason : { event: entry.event, value: moneyText(entry.value) },
      )
    else if (entry.ruleId !== null && entry.connectionId !== null)
      sides.set(nameOf(entry.ruleId, entry.connectionId), entry.reason)
  }
  return sides
}

/** What TikTok accepted of it. */
export function didSend({ stageChangeId, deliveries }: PastChange): Sides {
  const sides: Sides = new Map()
  for (const each of deliveries) {
    if (each.stage_change_id !== stageChangeId) continue
    const { value_minor: minor, currency, event, state } = each
    const value = minor === null || currency === null ? null : { minor, currency }
    sides.set(
      nameOf(each.rule_id, each.connection_id),
      state === 'accepted' ? { event, value: moneyText(value) } : state,
    )
  }
  return sides
}

/** Keeps the newest stage changes that go differently, however many there are. */
export function createSamples(most: number) {
  let kept: PreviewSample[] = []
  return {
    add(past: PastChange, before: Sides, after: Sides) {
      const { source, change } = past.facts
      const oldest = kept[most - 1]
      if (oldest && change.occurredAt <= oldest.occurredAt) return
      for (const name of new Set([...before.keys(), ...after.keys()])) {
        const [ruleId = '', connectionId = ''] = name.split('\n')
        const sides = { before: sideOf(before.get(name)), after: sideOf(after.get(name)) }
        if (isSame(sides.before, sides.after)) continue
        const whys = [before.get(name), after.get(name)].filter((side) => typeof side === 'string')
        kept.push({
          sourceId: source.id,
          record: change.record,
          milestone: change.milestone,
          occurredAt: change.occurredAt,
          inLedger: past.stageChangeId !== null,
          ruleId,
          connectionId,
          ...sides,
          why: whys[0] ?? null,
        })
      }
      kept = kept.sort((a, b) => b.occurredAt - a.occurredAt).slice(0, most)
    },
    /** Newest first. */
    samples: (): readonly PreviewSample[] => kept,
  }
}

function sideOf(side: SampleSide | string | undefined): SampleSide | null {
  return typeof side === 'object' ? side : null
}

function isSame(a: SampleSide | null, b: SampleSide | null): boolean {
  if (a === null || b === null) return a === b
  return a.event === b.event && a.value?.amount === b.value?.amount && a.value?.currency === b.value?.currency
}

function moneyText(money: Money | null): MoneyText | null {
  return money && { amount: toDecimal(money.minor, money.currency), currency: money.currency }
}
