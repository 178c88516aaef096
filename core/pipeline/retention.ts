import { setTimeout as sleep } from 'node:timers/promises'
import { claimDailyJob, finishDailyJob } from '../ledger/daily-jobs.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { lastId, PURGED, type Purged, purge, purgeable } from '../ledger/retention.ts'
import { DAY, toIso } from '../model/time.ts'
import { DEFAULT_PAYLOAD_DAYS } from '../model/workspace.ts'
import type { Pipeline } from './context.ts'

/** Ids looked at per question to the reader: 0.1 s at most, however many rows there are. */
const RANGE = 50_000
/** Rows emptied per transaction: a few milliseconds of the thread that answers senders. */
const BATCH = 200

export interface RetentionReport {
  /** ISO 8601: what is older was emptied. */
  before: string
  dryRun: boolean
  /** Rows by table. */
  purged: Record<Purged, number>
}

export interface RetentionOptions {
  dryRun?: boolean
  /** Asked before each batch. */
  mayContinue?: () => boolean
}

/**
 * Empties what was said longer ago than the settings keep it: bytes of final deliveries, contents and hashes of messages.
 * Rests after each batch as long as the batch took, so that senders never wait for more than one.
 */
export async function retain(pipeline: Pipeline, options: RetentionOptions = {}): Promise<RetentionReport> {
  const { ledger } = pipeline
  const { dryRun = false, mayContinue = () => true } = options
  const { retention } = (await pipeline.settings()).workspace
  const before = ledger.now() - (retention?.payloadDays ?? DEFAULT_PAYLOAD_DAYS) * DAY
  const purged: Record<Purged, number> = { deliveries: 0, inbox: 0, conflicts: 0 }
  for (const table of PURGED) {
    const last = await lastId(ledger.reader, table)
    for (let after = 0; after < last && mayContinue(); after += RANGE) {
      const ids = await purgeable(ledger.reader, table, { after, upTo: after + RANGE, before })
      purged[table] += dryRun ? ids.length : await purgeAll(ledger, table, ids, mayContinue)
    }
  }
  return { before: toIso(before), dryRun, purged }
}

async function purgeAll(
  ledger: Ledger,
  table: Purged,
  ids: readonly number[],
  mayContinue: () => boolean,
): Promise<number> {
  let done = 0
  while (done < ids.length && mayContinue()) {
    const began = performance.now()
    const batch = ids.slice(done, done + BATCH)
    await ledger.transaction((tx) => purge(tx, table, batch))
    done += batch.length
    await sleep(performance.now() - began)
  }
  return done
}

/** The same once a day, by whichever host asks first; null when it was done today. */
export async function retainDaily(
  pipeline: Pipeline,
  mayContinue: () => boolean,
): Promise<RetentionReport | null> {
  const { ledger } = pipeline
  const job = { job: 'retention', connectionId: '', day: toIso(ledger.now()).slice(0, 10) }
  if (!(await claimDailyJob(ledger, job))) return null
  const report = await retain(pipeline, { mayContinue })
  if (mayContinue()) await finishDailyJob(ledger, job)
  return report
}
