import { formatAmount } from '../model/money.ts'
import type { RecordRef } from '../model/record.ts'
import type { DeliveryView, MoneyText } from '../model/story.ts'
import { toIso } from '../model/time.ts'
import type { DeliveryRow } from './deliveries.ts'

/** Times leave the ledger as ISO 8601. */
function isoOrNull(ms: number | null): string | null {
  return ms === null ? null : toIso(ms)
}

/** Amounts leave the ledger as decimals. */
export function moneyText(minor: number | null, currency: string | null): MoneyText | null {
  return minor === null || currency === null ? null : { amount: formatAmount({ minor, currency }), currency }
}

/** A delivery as it is shown everywhere: without the bytes, which hold hashes, and without leases. */
export function deliveryView(row: DeliveryRow, record: RecordRef): DeliveryView {
  return {
    id: row.id,
    sourceId: row.source_id,
    record: { type: record.type, id: record.id },
    connectionId: row.connection_id,
    ruleId: row.rule_id,
    milestone: row.milestone,
    event: row.event,
    route: row.event_source,
    eventSourceId: row.event_source_id,
    eventId: row.event_id,
    occurredAt: toIso(row.occurred_at),
    value: moneyText(row.value_minor, row.currency),
    matchScore: row.match_score,
    matchKeys: row.match_keys === '' ? [] : row.match_keys.split(','),
    test: row.test_code !== null,
    state: row.state,
    holdReason: row.hold_reason,
    nextAt: isoOrNull(row.next_at),
    sendUntil: toIso(row.send_until),
    attempts: row.attempts,
    outcome: row.outcome,
    code: row.code,
    message: row.message,
    firstUnknownAt: isoOrNull(row.first_unknown_at),
    createdAt: toIso(row.created_at),
    settledAt: isoOrNull(row.settled_at),
  }
}
