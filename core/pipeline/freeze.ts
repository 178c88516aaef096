import type { NewDelivery } from '../ledger/deliveries.ts'
import type { Restored } from '../ledger/restores.ts'
import type { ReasonRow } from '../ledger/stage-changes.ts'
import type { MappedDelivery, MappedReason } from '../mapping/mapped.ts'
import { MAX_RETRY_HOURS } from '../model/tiktok.ts'
import { DAY, HOUR } from '../model/time.ts'
import type { Connection } from '../model/workspace.ts'
import { payloadOf } from '../tiktok/payload.ts'

/** What a delivery belongs to in the ledger. */
export interface Belongs {
  stageChangeId: number
  dealId: number
  originId: number
  sourceId: string
}

/**
 * A mapped delivery as the ledger keeps it. Unless it is held, its bytes are made here, once: every send of it,
 * now or after a crash, carries the same.
 */
export function freeze(
  mapped: MappedDelivery,
  belongs: Belongs,
  connection: Connection,
  restored: Restored | null,
): NewDelivery {
  const { conversion, hold } = mapped
  const { occurredAt } = conversion
  // What happened before a restore may have been sent by the ledger that the backup was taken of.
  const inDoubt = restored !== null && !hold && occurredAt < restored.restoredAt
  return {
    ...belongs,
    connectionId: mapped.connectionId,
    ruleId: mapped.ruleId,
    milestone: mapped.milestone,
    occurrence: mapped.occurrence,
    event: mapped.event,
    route: mapped.route,
    eventSourceId: mapped.eventSourceId,
    eventId: mapped.eventId,
    isBrowserId: mapped.browserEventId,
    occurredAt,
    value: mapped.value,
    matchScore: mapped.matchScore,
    matchKeys: mapped.matchKeys,
    testCode: connection.delivery.testEventCode ?? null,
    hold: hold && { reason: hold.reason, until: hold.until },
    sendUntil: sendUntil(occurredAt, mapped.browserEventId, connection),
    payload: hold ? null : payloadOf(conversion),
    ...(inDoubt ? { doubtfulSince: Math.max(occurredAt, restored.takenAt) } : {}),
  }
}

/** The last moment of an automatic send. Under a browser's id the pixel's own copy started TikTok's 48 hours. */
export function sendUntil(occurredAt: number, isBrowserId: boolean, { delivery }: Connection): number {
  const age = occurredAt + delivery.maxEventAgeDays * DAY
  return isBrowserId ? Math.min(age, occurredAt + MAX_RETRY_HOURS * HOUR) : age
}

/** The same delivery under the id derived from the record, where another record used the browser's already. */
export function withDerivedId(mapped: MappedDelivery): MappedDelivery {
  return {
    ...mapped,
    eventId: mapped.derivedEventId,
    browserEventId: false,
    conversion: { ...mapped.conversion, eventId: mapped.derivedEventId },
  }
}

/** A mapped reason as the ledger keeps it. */
export function reasonRow(stageChangeId: number, entry: MappedReason): ReasonRow {
  return {
    stageChangeId,
    ruleId: entry.ruleId ?? '',
    connectionId: entry.connectionId ?? '',
    reason: entry.reason,
    detail: entry.detail,
  }
}
