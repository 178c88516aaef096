import type { Route } from '../model/delivery.ts'

export interface BatchLimits {
  /** At most this many events in a request. */
  maxEvents: number
  /** At most this many bytes in a body, envelope included. */
  maxBytes: number
  /** Bytes of the body around the events: those of `bodyOf` without payloads. */
  envelopeBytes: number
}

/** What surrounds the events of one request; one (route, set) each. */
export interface BodyHead {
  route: Route
  eventSourceId: string
  testEventCode?: string | undefined
  partnerName?: string | undefined
}

/**
 * Cuts items into batches that keep both limits: order kept, every item exactly once. An item that is too large by
 * itself goes alone, so that only it can fail.
 */
export function batchesOf<T extends { payload: string }>(items: readonly T[], limits: BatchLimits): T[][] {
  const batches: T[][] = []
  let batch: T[] = []
  let bytes = limits.envelopeBytes
  for (const item of items) {
    const size = Buffer.byteLength(item.payload)
    // The comma before every event but the first.
    const grown = bytes + size + (batch.length > 0 ? 1 : 0)
    if (batch.length > 0 && (batch.length >= limits.maxEvents || grown > limits.maxBytes)) {
      batches.push(batch)
      batch = [item]
      bytes = limits.envelopeBytes + size
    } else {
      batch.push(item)
      bytes = grown
    }
  }
  if (batch.length > 0) batches.push(batch)
  return batches
}

/** The body of `/event/track/`: frozen payloads joined as they are. */
export function bodyOf(head: BodyHead, payloads: readonly string[]): string {
  const { route, eventSourceId, testEventCode, partnerName } = head
  const start = JSON.stringify({
    event_source: route,
    event_source_id: eventSourceId,
    test_event_code: testEventCode,
    partner_name: partnerName,
  })
  return `${start.slice(0, -1)},"data":[${payloads.join(',')}]}`
}
