import type { Db, Ledger } from './ledger.ts'
import { insertRows } from './rows.ts'

/** Who claimed a job and did not finish it by then is dead. */
const ABANDONED_MS = 3_600_000

/** One job of one day; the day is whatever the job counts by. */
export interface DailyJob {
  job: string
  /** Empty for jobs of the whole ledger. */
  connectionId: string
  /** `2026-11-20`. */
  day: string
}

/** True for the one host, of all that ask, which does this job on this day. */
export async function claimDailyJob(ledger: Ledger, { job, connectionId, day }: DailyJob): Promise<boolean> {
  const now = ledger.now()
  return ledger.transaction(async (tx) => {
    const row = { job, connection_id: connectionId, day, claimed_at: now, done_at: null }
    const inserted = await insertRows<object, { day: string }>(tx, 'daily_jobs', [row], ['day'])
    if (inserted.length > 0) return true
    const taken = await tx
      .updateTable('daily_jobs')
      .set({ claimed_at: now })
      .where('job', '=', job)
      .where('connection_id', '=', connectionId)
      .where('day', '=', day)
      .where('done_at', 'is', null)
      .where('claimed_at', '<', now - ABANDONED_MS)
      .executeTakeFirst()
    return taken.numUpdatedRows > 0n
  })
}

export async function finishDailyJob(ledger: Ledger, { job, connectionId, day }: DailyJob): Promise<void> {
  await ledger.db
    .updateTable('daily_jobs')
    .set({ done_at: ledger.now() })
    .where('job', '=', job)
    .where('connection_id', '=', connectionId)
    .where('day', '=', day)
    .execute()
}

/** When a job was last finished, or first claimed while it never was; epoch ms, null when nobody ever tried. */
export async function lastDone(
  db: Db,
  { job, connectionId }: Pick<DailyJob, 'job' | 'connectionId'>,
): Promise<number | null> {
  const own = db.selectFrom('daily_jobs').where('job', '=', job).where('connection_id', '=', connectionId)
  const done = await own
    .select('done_at')
    .where('done_at', 'is not', null)
    .orderBy('day', 'desc')
    .limit(1)
    .executeTakeFirst()
  if (done) return done.done_at
  const first = await own.select('claimed_at').orderBy('day').limit(1).executeTakeFirst()
  return first?.claimed_at ?? null
}
