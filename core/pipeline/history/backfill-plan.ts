import type { MappedDelivery } from '../../mapping/mapped.ts'
import type { HoldReason } from '../../model/delivery.ts'
import type { RecordRef } from '../../model/record.ts'
import type { PastSource } from './past.ts'
import type { PastChange } from './past-change.ts'
import { createSums, moneyTexts } from './sums.ts'
import type { Amount } from './tally.ts'

/** One event at one connection. */
export interface BackfillLine extends Amount {
  connectionId: string
  event: string
  /** Of `count`: made, but held until what is missing comes. */
  held: { reason: HoldReason; count: number }[]
  /** Left out: older than TikTok takes. */
  tooOld: Amount
}

export interface BackfillPlan {
  sources: PastSource[]
  /** Deliveries that would be made. */
  count: number
  lines: BackfillLine[]
  /** The oldest that would go. */
  oldest: { sourceId: string; record: RecordRef; occurredAt: number } | null
}

/** Counts what a backfill would send. */
export function createPlan(sources: PastSource[]) {
  const lines = new Map<string, ReturnType<typeof emptyLine>>()
  let oldest: BackfillPlan['oldest'] = null
  const lineOf = ({ connectionId, event }: MappedDelivery) => {
    const name = `${connectionId}\n${event}`
    const line = lines.get(name) ?? emptyLine(connectionId, event)
    lines.set(name, line)
    return line
  }
  return {
    add({ facts: { source, change } }: PastChange, delivery: MappedDelivery, tooOld: boolean) {
      const line = lineOf(delivery)
      const side = tooOld ? line.tooOld : line.goes
      side.count++
      side.sums.add(delivery.value)
      if (tooOld) return
      if (delivery.hold) line.held.set(delivery.hold.reason, (line.held.get(delivery.hold.reason) ?? 0) + 1)
      if (oldest === null || change.occurredAt < oldest.occurredAt)
        oldest = { sourceId: source.id, record: change.record, occurredAt: change.occurredAt }
    },
    finish(): BackfillPlan {
      const told = [...lines.values()].map(({ connectionId, event, goes, held, tooOld }) => ({
        connectionId,
        event,
        count: goes.count,
        values: moneyTexts(goes.sums.totals()),
        held: [...held].map(([reason, count]) => ({ reason, count })),
        tooOld: { count: tooOld.count, values: moneyTexts(tooOld.sums.totals()) },
      }))
      return { sources, count: told.reduce((sum, { count }) => sum + count, 0), lines: told, oldest }
    },
  }
}

function emptyLine(connectionId: string, event: string) {
  return {
    connectionId,
    event,
    goes: { count: 0, sums: createSums() },
    held: new Map<HoldReason, number>(),
    tooOld: { count: 0, sums: createSums() },
  }
}
