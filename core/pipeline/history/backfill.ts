import { lockDeals } from '../../ledger/deals.ts'
import { pastDeliveries, removeReasons, stageChangeIds } from '../../ledger/history.ts'
import { addEntry } from '../../ledger/journal.ts'
import type { Db } from '../../ledger/ledger.ts'
import { addReasons, reasonsOf, stageChangesById } from '../../ledger/stage-changes.ts'
import type { Mapped, MappedDelivery } from '../../mapping/mapped.ts'
import type { Reason } from '../../model/delivery.ts'
import { toIso } from '../../model/time.ts'
import type { Pipeline } from '../context.ts'
import { enqueue } from '../enqueue.ts'
import { sendUntil } from '../freeze.ts'
import { type Mappable, mapChanges } from '../map-changes.ts'
import type { ActiveSource, Settings } from '../settings.ts'
import { type BackfillPlan, createPlan } from './backfill-plan.ts'
import { type Claims, createClaims, mapPast } from './claims.ts'
import { type HistoryRequest, pastSources, readHistory, readPast } from './past.ts'
import type { PastChange } from './past-change.ts'

/** Reasons that a person may set aside: the others stand whoever asks. */
const OPEN: readonly Reason[] = ['before_start', 'no_rule']
/** Stage changes written a transaction: short enough to let webhooks through between two. */
const BATCH = 256

/** What was not sent because it happened before the start, or before there was a rule for it. Writes nothing. */
export async function planBackfill(pipeline: Pipeline, request: HistoryRequest): Promise<BackfillPlan> {
  const settings = await pipeline.settings()
  const claims = createClaims()
  const plan = createPlan(pastSources(settings, request.sourceId))
  for await (const page of readPast(pipeline, settings, request)) {
    for (const { past, entry, tooOld } of await openAmong(pipeline, settings, page, claims))
      plan.add(past, entry, tooOld)
  }
  return plan.finish()
}

/** Every conversion of these stage changes that a person may still ask for. */
async function openAmong(
  { ledger }: Pipeline,
  settings: Settings,
  page: readonly PastChange[],
  claims: Claims,
): Promise<{ past: PastChange; entry: MappedDelivery; tooOld: boolean }[]> {
  const open = await openPairs(ledger.reader, page)
  return page.flatMap((past) =>
    mapPast(settings.mapper, past, claims).flatMap((entry) =>
      entry.kind === 'delivery' && open.has(past.stageChangeId, entry)
        ? [{ past, entry, tooOld: isTooOld(settings, entry, ledger.now()) }]
        : [],
    ),
  )
}

/**
 * Sends what `planBackfill` found: through the same mapping, the same unique keys and the same outbox as everything
 * else, so that a second run finds nothing left. What is past its age limit stays as it is. Returns how many deliveries
 * were made.
 */
export async function runBackfill(
  pipeline: Pipeline,
  request: HistoryRequest & { actor: string; planned: number },
): Promise<number> {
  const { ledger } = pipeline
  const settings = await pipeline.settings()
  const { since, sourceId, actor, planned } = request
  const detail = `since ${toIso(since)}, ${planned} planned`
  const subject = sourceId === null ? 'every source' : `source ${sourceId}`
  await addEntry(ledger.db, { at: ledger.now(), actor, verb: 'backfill', subject, detail })

  let made = 0
  for await (const { active, ids } of batches(pipeline, settings, request)) {
    made += await ledger.transaction((tx) => backfillIds(tx, settings, active, ids, ledger.now()))
  }
  return made
}

/** What is to be gone through, in ids of the ledger; what only the CRM knew is in the ledger by then. */
async function* batches(
  pipeline: Pipeline,
  settings: Settings,
  request: HistoryRequest,
): AsyncGenerator<{ active: ActiveSource; ids: number[] }> {
  const { ledger } = pipeline
  const claims = createClaims()
  for (const { sourceId, from } of pastSources(settings, request.sourceId)) {
    const active = settings.sources.get(sourceId)
    if (!active) continue
    if (from === 'ledger') {
      for await (const page of readPast(pipeline, settings, { ...request, sourceId })) {
        const ids = idsAmong(await openAmong(pipeline, settings, page, claims))
        for (let at = 0; at < ids.length; at += BATCH) yield { active, ids: ids.slice(at, at + BATCH) }
      }
      continue
    }
    const options = active.adapter.identityOptions(pipeline.adapterContext(active).settings)
    for await (const said of readHistory(pipeline, active, request.since)) {
      await ledger.transaction((tx) => enqueue({ tx, settings, active, now: ledger.now() }, said, options))
      const keys = said.map(({ change }) => change.key)
      yield { active, ids: [...(await stageChangeIds(ledger.db, sourceId, keys)).values()] }
    }
  }
}

function idsAmong(open: readonly { past: PastChange; tooOld: boolean }[]): number[] {
  const going = open.filter(({ tooOld }) => !tooOld)
  return [...new Set(going.flatMap(({ past }) => past.stageChangeId ?? []))]
}

interface Backfillable extends Mappable {
  seenAt: number
}

async function backfillIds(
  tx: Db,
  settings: Settings,
  active: ActiveSource,
  ids: readonly number[],
  now: number,
): Promise<number> {
  const rows = await stageChangesById(tx, ids)
  const deals = await lockDeals(
    tx,
    active.source.id,
    uniqueRecords(rows.map(({ change }) => change.record)),
    now,
  )
  const dealOf = new Map(deals.map((deal) => [deal.id, deal]))
  const changes = rows
    .toSorted((a, b) => a.id - b.id)
    .flatMap(({ id, dealId, change, seenAt }): Backfillable[] => {
      const deal = dealOf.get(dealId)
      return deal ? [{ id, deal, change, seenAt }] : []
    })
  const deliveries = await pastDeliveries(tx, [...new Set(deals.map((deal) => deal.originId))])
  const open = await openPairs(
    tx,
    changes.map(({ id }) => ({ stageChangeId: id, deliveries })),
  )
  const ctx = { tx, settings, active, now }
  const { inserted, refused } = await mapChanges(ctx, changes, {
    how: ({ seenAt }) => ({ ignoreStart: true, waitingSince: seenAt }),
    takes: ({ id }, entry) =>
      entry.kind === 'delivery' && open.has(id, entry) && !isTooOld(settings, entry, now),
  })
  const decided = [
    ...inserted.map(({ mapped, belongs }) => ({ ...mapped, stageChangeId: belongs.stageChangeId })),
    ...refused,
  ]
  await removeReasons(tx, [
    ...decided,
    ...decided.map(({ stageChangeId }) => ({ stageChangeId, ruleId: '', connectionId: '' })),
  ])
  await addReasons(tx, refused)
  return inserted.length
}

function uniqueRecords<R extends { type: string; id: string }>(records: readonly R[]): R[] {
  return [...new Map(records.map((record) => [`${record.type}\n${record.id}`, record])).values()]
}

/** Which rules may still send which stage changes: those that never did, and were never refused for another reason. */
async function openPairs(
  db: Db,
  changes: readonly Pick<PastChange, 'stageChangeId' | 'deliveries'>[],
): Promise<{ has(stageChangeId: number | null, entry: MappedDelivery): boolean }> {
  const ids = changes.flatMap(({ stageChangeId }) => stageChangeId ?? [])
  const closed = new Set<string>()
  const nameOf = (id: number, ruleId: string, connectionId: string) => `${id}\n${ruleId}\n${connectionId}`
  for (const { stageChangeId, ruleId, connectionId, reason } of await reasonsOf(db, ids)) {
    if (OPEN.includes(reason)) continue
    // Without a rule it stands for every rule: the person said no.
    closed.add(nameOf(stageChangeId, ruleId, connectionId))
  }
  for (const { deliveries } of changes) {
    for (const each of deliveries) closed.add(nameOf(each.stage_change_id, each.rule_id, each.connection_id))
  }
  return {
    has: (id, { ruleId, connectionId }) =>
      id === null || !(closed.has(nameOf(id, ruleId, connectionId)) || closed.has(nameOf(id, '', ''))),
  }
}

/** TikTok takes nothing this old, and what a browser's id names only for two days. */
function isTooOld({ connections }: Settings, entry: Mapped, now: number): boolean {
  if (entry.kind === 'reason') return false
  const connection = connections.get(entry.connectionId)
  return !connection || sendUntil(entry.conversion.occurredAt, entry.browserEventId, connection) <= now
}
