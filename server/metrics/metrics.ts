import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import { DAY, HOUR, MINUTE, SECOND } from '../../core/model/time.ts'
import type { Meters } from '../../core/pipeline/meters.ts'
import type { LedgerCounts } from './ledger-counts.ts'

/** From a webhook that is pushed within a cycle to a deal that was imported. */
const LAG_BUCKETS = [
  MINUTE,
  2 * MINUTE,
  5 * MINUTE,
  15 * MINUTE,
  HOUR,
  4 * HOUR,
  12 * HOUR,
  DAY,
  3 * DAY,
  7 * DAY,
  14 * DAY,
  28 * DAY,
].map((ms) => ms / SECOND)
const ANSWER_BUCKETS = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]
/** TikTok knows a few dozen codes; a run of new ones is not let in as ever more series. */
const MOST_CODES = 60

/** What one host counts, and what it tells of the ledger, in a registry of its own. */
export interface Metrics extends Meters {
  /** A request of a sender was answered, after so many ms. */
  hookAnswered(status: number, ms: number): void
  /** A job of this host succeeded at this moment, epoch ms, or failed. */
  jobEnded(job: string, goodAt: number | null): void
  /** Prometheus text. `counts` is what the ledger holds; null while nobody could read it. */
  text(counts: LedgerCounts | null): Promise<string>
}

export const CONTENT_TYPE = Registry.PROMETHEUS_CONTENT_TYPE

/** Metrics of one host: with those of the process, and nothing that another host in this process counts. */
export function createMetrics(): Metrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const registers = [registry]
  const counter = <T extends string>(name: string, help: string, labelNames: T[]) =>
    new Counter({ name, help, labelNames, registers })
  const gauge = <T extends string>(name: string, help: string, labelNames: T[]) =>
    new Gauge({ name, help, labelNames, registers })

  const items = counter(
    'closeback_webhook_items_total',
    'Items that senders posted, by what became of them',
    ['source', 'result'],
  )
  const answerSeconds = new Histogram({
    name: 'closeback_webhook_answer_seconds',
    help: 'Time from the head of a sender’s request to the end of our answer',
    labelNames: ['status'],
    buckets: ANSWER_BUCKETS,
    registers,
  })
  const answers = counter('closeback_tiktok_answers_total', 'Requests to TikTok, by what the answer meant', [
    'connection',
    'outcome',
    'code',
  ])
  const settled = counter(
    'closeback_deliveries_settled_total',
    'Deliveries that this host brought to a state they do not leave by themselves',
    ['connection', 'state'],
  )
  const lag = new Histogram({
    name: 'closeback_delivery_lag_seconds',
    help: 'Time from a stage change to TikTok’s acceptance',
    labelNames: ['connection'],
    buckets: LAG_BUCKETS,
    registers,
  })
  const jobGood = gauge(
    'closeback_job_last_success_timestamp_seconds',
    'When each job of this host last succeeded',
    ['job'],
  )
  const jobFailures = counter('closeback_job_failures_total', 'Runs of each job that failed', ['job'])

  const outbox = gauge('closeback_outbox_deliveries', 'Deliveries in the ledger that are not final', [
    'connection',
    'state',
  ])
  const parked = gauge('closeback_parked_sets', 'Event sets that TikTok takes nothing for', ['connection'])
  const inbox = gauge('closeback_inbox_messages', 'Messages that wait to be read, or were given up', [
    'state',
  ])
  const alerts = gauge('closeback_open_alerts', 'Things that are wrong now', ['kind'])
  const readAt = gauge(
    'closeback_ledger_counts_timestamp_seconds',
    'When the numbers of the ledger in this answer were counted',
    [],
  )
  const ofLedger = [outbox, parked, inbox, alerts, readAt]

  const codes = new Set<string>()
  const known = (code: string): string => {
    if (codes.size < MOST_CODES && /^[\w-]{1,40}$/.test(code)) codes.add(code)
    return codes.has(code) ? code : 'other'
  }

  return {
    received(source, { received, duplicates, conflicts, invalid }) {
      const results = { received, duplicate: duplicates, conflict: conflicts, invalid }
      for (const [result, count] of Object.entries(results)) items.inc({ source, result }, count)
    },
    answered: (connection, outcome, code) => answers.inc({ connection, outcome, code: known(code) }),
    settled: (connection, state, count) => settled.inc({ connection, state }, count),
    accepted(connection, lags) {
      const one = lag.labels({ connection })
      // A clock that is behind the CRM's makes a lag of less than nothing.
      for (const ms of lags) one.observe(Math.max(0, ms) / SECOND)
    },
    hookAnswered: (status, ms) => answerSeconds.observe({ status }, ms / SECOND),
    jobEnded(job, goodAt) {
      if (goodAt === null) jobFailures.inc({ job })
      else jobGood.set({ job }, goodAt / SECOND)
    },
    text(counts) {
      for (const each of ofLedger) each.reset()
      if (counts !== null) {
        for (const { connectionId, state, count } of counts.outbox)
          outbox.set({ connection: connectionId, state }, count)
        for (const [connection, count] of counts.parked) parked.set({ connection }, count)
        for (const [kind, count] of counts.alerts) alerts.set({ kind }, count)
        inbox.set({ state: 'waiting' }, counts.unread.waiting)
        inbox.set({ state: 'failed' }, counts.unread.failed)
        readAt.set(counts.readAt / SECOND)
      } else readAt.remove()
      return registry.metrics()
    },
  }
}
