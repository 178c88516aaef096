import cron from 'node-cron'
import { MINUTE, SECOND } from '../core/model/time.ts'
import { cycle } from '../core/pipeline/cycle.ts'
import { INSIGHTS_HOUR, pullDaily } from '../core/pipeline/insights/daily.ts'
import { createListeners } from '../core/pipeline/listen.ts'
import { poll } from '../core/pipeline/poll.ts'
import type { PushReport } from '../core/pipeline/push-report.ts'
import { releaseDue } from '../core/pipeline/release.ts'
import { retainDaily } from '../core/pipeline/retention.ts'
import { learnExpectedValues } from './advice/expected-values.ts'
import { alertWatch } from './alerts/alert-watch.ts'
import { alertPost } from './alerts/post-alert.ts'
import { auditDue } from './audit/audit-due.ts'
import type { Closeback } from './compose.ts'
import type { Host, LastPush } from './host.ts'
import { inboxLoop } from './inbox-loop.ts'
import { jobHealths } from './job-health.ts'
import { factsOf } from './log.ts'
import type { Metrics } from './metrics/metrics.ts'

const PUSH_SCHEDULE = '*/2 * * * *'
const PUSH_MS = 2 * MINUTE
/** A change of the settings by another process is noticed this soon. */
const REFRESH_MS = 2 * SECOND
/** Sources are looked at this often; each is asked when its own time has come. */
const POLL_LOOK_MS = 15 * SECOND
/** A first poll of a large account may take this long; later ones take seconds. */
const POLL_MS = 10 * MINUTE
/** Daily work is looked for this often; the first host to look on a day does it. */
const DAILY_MS = 10 * MINUTE
/** Insights are due from this minute on; the looks at daily work catch up on what was missed. */
const INSIGHTS_SCHEDULE = `0 ${INSIGHTS_HOUR} * * *`

export interface Jobs {
  host: Host['jobs']
  start(): void
  /** Takes no more work, and waits for what is being done. */
  stop(): Promise<void>
}

/**
 * What runs by the clock: a push cycle every two minutes (every `everyMs` in demos and tests, then without spreading
 * connections), the inbox soon after each message, a look whether the settings changed, and what sources announce by themselves. An error is logged and never ends the host.
 */
export function createJobs(
  closeback: Closeback,
  { everyMs, metrics }: { everyMs?: number; metrics?: Metrics } = {},
): Jobs {
  const { pipeline, store } = closeback
  const { log } = pipeline
  const atOnce = { ...pipeline, jitter: () => Promise.resolve() }
  const inbox = inboxLoop(pipeline)
  const listeners = createListeners(pipeline, inbox.wake)
  const ends: (() => unknown)[] = []
  let stopped = false
  let lastPush: LastPush | null = null
  let running: Promise<PushReport> | null = null
  let refreshing: Promise<void> | null = null
  let daily: Promise<void> | null = null
  let looking: Promise<void> | null = null
  let polling: Promise<void> | null = null
  let pulling: Promise<void> | null = null
  let { revision } = store.current
  const health = jobHealths(
    { push: everyMs ?? PUSH_MS, settings: REFRESH_MS, poll: POLL_MS },
    { now: pipeline.ledger.now, metrics },
  )
  const alerts = alertWatch({
    closeback,
    host: () => ({ jobs: health.all(), notTried: lastPush?.report.failed ?? [] }),
    post: () => alertPost(closeback),
  })

  async function run(now: boolean, asked: boolean): Promise<PushReport> {
    // Beforehand and by itself, because the inbox loop lets senders through between two batches.
    const read = await inbox.drain()
    const report = await cycle(asked ? atOnce : pipeline, { now, mayContinue: () => !stopped })
    report.read += read
    lastPush = { endedAt: pipeline.ledger.now(), report }
    log.info({ ...report }, 'push_cycle')
    return report
  }

  function push(now: boolean, asked: boolean): Promise<PushReport> {
    const turn = (running ?? Promise.resolve())
      .catch(() => {})
      .then(() => health.watch('push', run(now, asked)))
    running = turn
    const done = () => {
      if (running === turn) running = null
    }
    turn.then(done, done)
    return turn
  }

  /** By itself: a push that hangs is one of the things to tell, and a webhook that hangs delays no push. */
  function lookForTrouble() {
    if (stopped) return
    looking ??= health
      .watch('alerts', alerts())
      .catch((error: unknown) => log.error(factsOf(error), 'alerts_failed'))
      .finally(() => {
        looking = null
      })
  }

  /** A cycle that takes longer than its interval is not joined by a second one. */
  function tick() {
    if (running || stopped) return
    push(false, everyMs !== undefined).catch((error: unknown) => log.error(factsOf(error), 'push_failed'))
  }

  async function refresh(): Promise<void> {
    await store.refresh()
    if (store.current.revision !== revision) {
      revision = store.current.revision
      log.info({ revision }, 'workspace_changed')
      await releaseDue(pipeline, 'all')
    }
    await listeners.look()
  }

  function look() {
    refreshing ??= health
      .watch('settings', refresh())
      .catch((error: unknown) => log.error(factsOf(error), 'workspace_refresh_failed'))
      .finally(() => {
        refreshing = null
      })
  }

  async function pollDue(): Promise<void> {
    const reports = await poll(pipeline, { due: true, mayContinue: () => !stopped })
    if (reports.some(({ received }) => received > 0)) inbox.wake()
    for (const report of reports) log.info({ ...report }, 'polled')
  }

  function lookAtSources() {
    if (stopped) return
    polling ??= health
      .watch('poll', pollDue())
      .catch((error: unknown) => log.error(factsOf(error), 'poll_failed'))
      .finally(() => {
        polling = null
      })
  }

  async function runDaily(): Promise<void> {
    const report = await retainDaily(pipeline, () => !stopped)
    if (report) log.info({ ...report }, 'retention')
    const learned = await learnExpectedValues(closeback)
    if (learned > 0) log.info({ learned }, 'expected_values')
  }

  /** What TikTok says, then what that means; nothing that was done already, by this host or another. */
  function lookAtInsights() {
    if (stopped) return
    pulling ??= pullDaily(pipeline, () => !stopped)
      .then(() => auditDue(closeback, () => !stopped))
      .catch((error: unknown) => log.error(factsOf(error), 'insights_failed'))
      .finally(() => {
        pulling = null
      })
  }

  function lookAtDay() {
    if (stopped) return
    lookAtInsights()
    daily ??= runDaily()
      .catch((error: unknown) => log.error(factsOf(error), 'retention_failed'))
      .finally(() => {
        daily = null
      })
  }

  return {
    host: {
      wake: inbox.wake,
      push: ({ now }) => push(now, true),
      lastPush: () => lastPush,
      workspaceChanged: look,
    },
    start() {
      if (everyMs === undefined) {
        // node-cron would write to the console when a run was missed; a cycle later is all that means here.
        const task = cron.schedule(PUSH_SCHEDULE, tick, { suppressMissedWarning: true })
        ends.push(() => task.destroy())
      } else {
        const timer = setInterval(tick, everyMs)
        ends.push(() => clearInterval(timer))
      }
      const timer = setInterval(look, REFRESH_MS)
      ends.push(() => clearInterval(timer))
      const pollTimer = setInterval(lookAtSources, Math.min(everyMs ?? POLL_LOOK_MS, POLL_LOOK_MS))
      ends.push(() => clearInterval(pollTimer))
      const options = { timezone: 'UTC', suppressMissedWarning: true }
      const insights = cron.schedule(INSIGHTS_SCHEDULE, lookAtInsights, options)
      ends.push(() => insights.destroy())
      const dayTimer = setInterval(lookAtDay, DAILY_MS)
      ends.push(() => clearInterval(dayTimer))
      const alertTimer = setInterval(lookForTrouble, Math.max(everyMs ?? PUSH_MS, SECOND))
      ends.push(() => clearInterval(alertTimer))
      inbox.wake()
      look()
    },
    async stop() {
      stopped = true
      for (const end of ends.splice(0)) await end()
      await Promise.all([
        inbox.stop(),
        listeners.stop(),
        refreshing,
        daily,
        looking,
        polling,
        pulling,
        running?.catch(() => {}),
      ])
    },
  }
}
