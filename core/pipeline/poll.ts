import { dropLease, takeLease } from '../ledger/leases.ts'
import { beginPoll, endPoll, readPolls, saveCursor } from '../ledger/polls.ts'
import { ClosebackError, safeMessage } from '../model/errors.ts'
import type { JsonValue } from '../model/json.ts'
import { MINUTE } from '../model/time.ts'
import type { Pipeline } from './context.ts'
import { keepTickets } from './keep-tickets.ts'
import type { ActiveSource } from './settings.ts'

/** Renewed with each page; a page takes a few requests of at most half a minute each. */
const LEASE_MS = 5 * MINUTE
const DEFAULT_EVERY_MS = 5 * MINUTE

/** What one source had to tell. */
export interface PollReport {
  sourceId: string
  /** `busy`: another process is polling it at this moment. */
  state: 'done' | 'failed' | 'busy' | 'stopped'
  pages: number
  /** Hints that were not known yet. */
  received: number
  duplicates: number
  error: { message: string; remedy: string | null } | null
}

export interface PollOptions {
  /** One source; all that can be polled when left out. Throws ClosebackError `not_found`, or `invalid` for one that cannot. */
  sourceId?: string
  /** Only those whose time has come. */
  due?: boolean
  /** Asked before each page. */
  mayContinue?: () => boolean
}

/** Asks the CRMs what changed: hints go into the inbox, page by page, each with its cursor in one transaction. One source that fails stops no other. */
export async function poll(pipeline: Pipeline, options: PollOptions = {}): Promise<PollReport[]> {
  const { ledger } = pipeline
  const polls = await readPolls(ledger.db)
  const now = ledger.now()
  const reports: PollReport[] = []
  for (const active of await polled(pipeline, options.sourceId)) {
    const last = polls.get(active.source.id)?.polledAt ?? 0
    if (options.due && now < last + everyMs(pipeline, active) && now >= last) continue
    const { due = false, mayContinue = () => true } = options
    reports.push(await pollOne(pipeline, active, { asked: !due, mayContinue }))
  }
  return reports
}

async function polled(pipeline: Pipeline, sourceId?: string): Promise<ActiveSource[]> {
  const { sources } = await pipeline.settings()
  if (sourceId === undefined) return [...sources.values()].filter(({ adapter }) => adapter.poll)
  const active = sources.get(sourceId)
  if (!active) {
    throw new ClosebackError('not_found', `There is no source "${sourceId}".`, {
      remedy: 'List them with "closeback check".',
    })
  }
  if (active.adapter.poll) return [active]
  throw new ClosebackError('invalid', `The source "${sourceId}" cannot be polled: its system posts to us.`, {
    remedy: 'Leave the name out to poll every source that can be.',
  })
}

function everyMs(pipeline: Pipeline, active: ActiveSource): number {
  return active.adapter.pollEvery?.(pipeline.adapterContext(active).settings) ?? DEFAULT_EVERY_MS
}

async function pollOne(
  pipeline: Pipeline,
  active: ActiveSource,
  { asked, mayContinue }: { asked: boolean; mayContinue: () => boolean },
): Promise<PollReport> {
  const { ledger, holder, log } = pipeline
  const { source } = active
  const report: PollReport = {
    sourceId: source.id,
    state: 'done',
    pages: 0,
    received: 0,
    duplicates: 0,
    error: null,
  }
  const lease = `poll ${source.id}`
  if (!(await takeLease(ledger, lease, holder, LEASE_MS))) return { ...report, state: 'busy' }
  try {
    await beginPoll(ledger.db, source.id, ledger.now())
    // Read under the lease: another host may just have moved it on.
    const cursor = (await readPolls(ledger.db)).get(source.id)?.cursor ?? null
    for await (const counts of pages(pipeline, active, cursor, asked)) {
      report.pages++
      report.received += counts.received
      report.duplicates += counts.duplicates
      if (!mayContinue()) report.state = 'stopped'
      if (report.state === 'stopped') break
      if (!(await takeLease(ledger, lease, holder, LEASE_MS))) return { ...report, state: 'busy' }
    }
    await endPoll(ledger.db, source.id, null, ledger.now())
  } catch (error) {
    const message = safeMessage(error)
    report.state = 'failed'
    report.error = { message, remedy: error instanceof ClosebackError ? error.remedy : null }
    await endPoll(ledger.db, source.id, message, ledger.now())
    log.warn({ source: source.id, error: message }, 'poll_failed')
  } finally {
    await dropLease(ledger, lease, holder)
  }
  return report
}

async function* pages(pipeline: Pipeline, active: ActiveSource, cursor: JsonValue, asked: boolean) {
  const { source, adapter } = active
  for await (const page of adapter.poll?.(cursor, pipeline.adapterContext(active), { asked }) ?? [])
    yield keepTickets(pipeline, active, page.tickets, (tx) => saveCursor(tx, source.id, page.cursor))
}
