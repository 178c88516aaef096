import {
  ALL_CONNECTIONS,
  type ParkedSet,
  parkedSets,
  pausedConnections,
  probeAfter,
} from '../ledger/connections.ts'
import {
  type ClaimedDelivery,
  claim,
  expire,
  makeDue,
  putBack,
  reclaimExpired,
  setsWithWaiting,
  unknownWaits,
} from '../ledger/outbox.ts'
import { ClosebackError } from '../model/errors.ts'
import { MAX_BODY_BYTES } from '../model/tiktok.ts'
import { HOUR, SECOND } from '../model/time.ts'
import type { Connection } from '../model/workspace.ts'
import { batchesOf, bodyOf } from '../tiktok/batch.ts'
import type { Pipeline } from './context.ts'
import type { PushReport } from './push-report.ts'
import { type Destination, LeaseLost, leaseKeeper, sendBatch } from './send-batch.ts'
import { LONGEST_RETRY_MS, PROBE_MS, settleBatch } from './settle.ts'
import { tokenDigest } from './token-digest.ts'

/** A cycle stops taking new work after this long, so that the next one starts on time. */
const CYCLE_MS = 100 * SECOND
export interface PushOptions {
  /** Also takes what waits for its back-off. */
  now?: boolean
  /** Asked before each claim: a host that stops takes no more. */
  mayContinue?: () => boolean
}

/** Sends what is due to TikTok: every connection by itself, so that a failing one delays nobody else. */
export async function push(pipeline: Pipeline, report: PushReport, options: PushOptions = {}): Promise<void> {
  const { ledger, clock, tiktok, log } = pipeline
  const { connections } = await pipeline.settings()
  await clock.refresh()
  for (const { id, delivery } of connections.values()) {
    await reclaimExpired(ledger, id, delivery.uncertainRetryHours * HOUR)
  }
  await expireAll(pipeline, report)
  const mayBeLate = clock.isUnknown()
    ? await unknownWaits(ledger.db)
    : clock.isStale() && (await anythingWaits(pipeline))
  if (mayBeLate) {
    // Any answer with TikTok's envelope tells the time, also the one that says the token is missing.
    const answer = await tiktok.request({ method: 'GET', path: '/oauth2/advertiser/get/' })
    if (answer.kind === 'envelope' && answer.date !== null) await clock.observe(answer.date)
    await expireAll(pipeline, report)
  }

  const paused = await pausedConnections(ledger.db)
  const parked = await parkedSets(ledger.db)
  const endsAt = ledger.now() + CYCLE_MS
  const mayContinue = () => ledger.now() < endsAt && (options.mayContinue?.() ?? true)
  const active = [...connections.values()].filter(({ id }) => !paused.has(id) && !paused.has(ALL_CONNECTIONS))
  await Promise.all(
    active.map(async (connection) => {
      try {
        await pipeline.jitter()
        if (options.now) await makeDue(ledger.db, { connectionId: connection.id }, ledger.now())
        await pushConnection(pipeline, connection, parked, report, mayContinue)
      } catch (error) {
        const message = error instanceof Error ? error.message : 'unknown'
        const remedy =
          error instanceof ClosebackError ? error.remedy : 'See the log; the next cycle tries again.'
        log.error({ connection: connection.id, error: message }, 'push_failed')
        report.failed.push({ connectionId: connection.id, message, remedy })
      }
    }),
  )
  await expireAll(pipeline, report)
  report.parked = (await parkedSets(ledger.db)).map((set) => ({
    connectionId: set.connection_id,
    eventSourceId: set.event_source_id,
    code: set.code,
    remedy: set.remedy,
  }))
}

async function anythingWaits({ ledger, settings }: Pipeline): Promise<boolean> {
  for (const id of (await settings()).connections.keys()) {
    if ((await setsWithWaiting(ledger.db, id)).length > 0) return true
  }
  return false
}

async function expireAll({ ledger, clock, meters }: Pipeline, report: PushReport) {
  for (let more = true; more; ) {
    const swept = await expire(ledger, clock.latest())
    report.expired += swept.changed
    for (const { connectionId, state } of swept.ended) meters.settled(connectionId, state, 1)
    more = swept.more
  }
}

async function pushConnection(
  pipeline: Pipeline,
  connection: Connection,
  parked: readonly ParkedSet[],
  report: PushReport,
  mayContinue: () => boolean,
) {
  const { ledger } = pipeline
  const sets = await setsWithWaiting(ledger.db, connection.id)
  if (sets.length === 0) return
  const token = await pipeline.eventsToken(connection.id)
  for (const eventSourceId of sets) {
    const now = ledger.now()
    // Nothing waits longer than its longest back-off, but for a clock that was set back meanwhile.
    await makeDue(ledger.db, { connectionId: connection.id, eventSourceId, beyond: LONGEST_RETRY_MS }, now)
    const destination = { connection, eventSourceId, token }
    const lot = parked.find(
      (set) => set.connection_id === connection.id && set.event_source_id === eventSourceId,
    )
    if (!lot) await pushSet(pipeline, destination, report, mayContinue)
    else if (
      lot.probe_at <= now ||
      lot.probe_at > now + PROBE_MS ||
      lot.token_digest !== tokenDigest(token)
    ) {
      const freed = await takeTurn(pipeline, destination, report, PROBE)
      if (freed === 'accepted') await pushSet(pipeline, destination, report, mayContinue)
      else if (freed !== 'empty') {
        const next = { token_digest: tokenDigest(token), probe_at: ledger.now() + PROBE_MS }
        await probeAfter(ledger.db, { ...lot, ...next })
      }
    }
  }
}

/** Empties one event set, or stops where going on would only make it worse. */
async function pushSet(
  pipeline: Pipeline,
  destination: Destination,
  report: PushReport,
  mayContinue: () => boolean,
) {
  const { connection, eventSourceId } = destination
  const limit = connection.delivery.maxBatchEvents
  let succeeded = false
  let stopped = false
  let failure: unknown = null

  const lane = async (isFirst: boolean): Promise<void> => {
    let partner: Promise<void> | null = null
    while (!stopped && mayContinue()) {
      const turn = await takeTurn(pipeline, destination, report, { limit, siblingSucceeded: succeeded })
      if (turn === 'empty') break
      if (turn === 'stopped') stopped = true
      if (turn !== 'accepted') continue
      succeeded = true
      // The first batch goes alone: whether the set takes anything is learned once, not in both lanes.
      if (isFirst) partner ??= lane(false).catch(stop)
    }
    await partner
  }
  const stop = (error: unknown) => {
    stopped = true
    failure = error
  }
  const drain = async () => {
    await lane(true)
    if (failure !== null) throw failure
  }
  await drain()
  // What was refused alone is tried once more beside a sibling that succeeded: then it is known to be at fault.
  if (!succeeded || stopped) return
  const alone = { connectionId: connection.id, eventSourceId, outcome: 'refused' }
  if ((await makeDue(pipeline.ledger.db, alone, pipeline.ledger.now())) > 0) await drain()
}

interface TurnOptions {
  limit: number
  /** Another request of this cycle to this set was accepted. */
  siblingSucceeded: boolean
  /** The set is parked: a refusal says more about the set than about the delivery that asked. */
  isProbe?: boolean
}

const PROBE: TurnOptions = { limit: 1, siblingSucceeded: false, isProbe: true }

type Turn = 'accepted' | 'nothing_accepted' | 'empty' | 'stopped'

/** One claim: taken, sent in as many batches as limits ask for, settled. */
async function takeTurn(
  pipeline: Pipeline,
  destination: Destination,
  report: PushReport,
  options: TurnOptions,
): Promise<Turn> {
  const { ledger, clock, holder, log } = pipeline
  const { connection, eventSourceId } = destination
  const claimed = await claim(ledger, {
    connectionId: connection.id,
    eventSourceId,
    limit: options.limit,
    holder,
    earliest: clock.earliest(),
    latest: clock.latest(),
  })
  if (claimed.deliveries.length === 0) return 'empty'
  const keepLease = leaseKeeper(pipeline, claimed)
  let siblingSucceeded = options.siblingSucceeded
  let turn: Turn = 'nothing_accepted'
  try {
    for (const batch of cut(claimed.deliveries, destination)) {
      const sent = await sendBatch(pipeline, destination, batch, { siblingSucceeded, keepLease })
      await settleBatch(pipeline, destination, claimed, batch, sent, report, options.isProbe)
      if (sent.isolation.accepted.length > 0) {
        siblingSucceeded = true
        turn = 'accepted'
      }
      // Going on would meet the same wall, or pay another time-out for each batch: the next cycle tries again.
      if (sent.isolation.stopped || sent.isolation.unknown.length > 0) {
        turn = 'stopped'
        break
      }
    }
  } catch (error) {
    if (!(error instanceof LeaseLost)) throw error
    log.warn({ connection: connection.id, set: eventSourceId }, 'lease_lost')
    return 'stopped'
  }
  if (turn === 'stopped') await putBack(ledger, claimed)
  return turn
}

/** Batches of one kind each: events for the Test Events tab travel apart, and a route is part of the request. */
function cut(deliveries: readonly ClaimedDelivery[], { connection, eventSourceId }: Destination) {
  const kinds = Map.groupBy(deliveries, ({ route, testCode }) => `${route} ${testCode ?? ''}`)
  return [...kinds.values()].flatMap((kind) => {
    const [first] = kind as [ClaimedDelivery]
    const head = {
      route: first.route,
      eventSourceId,
      testEventCode: first.testCode ?? undefined,
      partnerName: connection.delivery.partnerName,
    }
    return batchesOf(kind, {
      maxEvents: connection.delivery.maxBatchEvents,
      maxBytes: MAX_BODY_BYTES,
      envelopeBytes: Buffer.byteLength(bodyOf(head, [])),
    })
  })
}
