import type { MapOptions, Mapped, MappedDelivery, MappedReason, Mapper } from '../../mapping/mapped.ts'
import type { PastChange } from './past-change.ts'
import { shortName } from './short-name.ts'

/** What conversions of the past were asked for: a milestone fires once, here as in the ledger. */
export interface Claims {
  /** False when another stage change has, or had, this conversion. */
  take(past: PastChange, delivery: MappedDelivery): boolean
}

/**
 * Starts with nothing claimed but what the ledger has as deliveries. Remembers only stage changes that another one may
 * repeat, about 50 bytes each.
 */
export function createClaims(): Claims {
  const taken = new Set<number>()
  return {
    take(past, delivery) {
      const owner = ownerOf(past, delivery)
      if (owner !== null) return owner === past.stageChangeId
      if (!past.mayRepeat) return true
      const names = namesOf(past, delivery)
      if (names.some((name) => taken.has(name))) return false
      for (const name of names) taken.add(name)
      return true
    },
  }
}

/** The stage change whose delivery stands where this one would. */
function ownerOf({ deliveries }: PastChange, delivery: MappedDelivery): number | null {
  for (const each of deliveries) {
    const sameSlot =
      each.rule_id === delivery.ruleId &&
      each.connection_id === delivery.connectionId &&
      each.milestone === delivery.milestone &&
      each.occurrence === delivery.occurrence
    const sameEvent =
      each.event_id === delivery.derivedEventId &&
      each.event === delivery.event &&
      each.event_source_id === delivery.eventSourceId
    if (sameSlot || sameEvent) return each.stage_change_id
  }
  return null
}

/** The derived event id names source, record, milestone and occurrence. */
function namesOf({ facts }: PastChange, delivery: MappedDelivery): number[] {
  const { derivedEventId, ruleId, connectionId, eventSourceId, event } = delivery
  const uid = facts.origin.sourceUid
  return [
    shortName(`${uid} ${derivedEventId} rule ${connectionId} ${ruleId}`),
    shortName(`${uid} ${derivedEventId} event ${eventSourceId} ${event}`),
  ]
}

/** What the rules make of a stage change of the past; start limits are set aside unless `how` says otherwise. */
export function mapPast(
  mapper: Mapper,
  past: PastChange,
  claims: Claims,
  how: MapOptions = { ignoreStart: true, waitingSince: past.seenAt },
): Mapped[] {
  const mapped = mapper.map(past.facts, how)
  return mapped.map((entry) =>
    entry.kind === 'delivery' && !claims.take(past, entry) ? repeated(entry) : entry,
  )
}

function repeated({ ruleId, connectionId }: MappedDelivery): MappedReason {
  const detail = 'This milestone of this deal was already counted; it fires once.'
  return { kind: 'reason', ruleId, connectionId, reason: 'repeated', detail }
}
