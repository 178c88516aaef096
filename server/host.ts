import type { PushReport } from '../core/pipeline/push-report.ts'
import type { AttemptLimits } from './auth/attempt-limits.ts'
import type { Closeback } from './compose.ts'
import type { Metrics } from './metrics/metrics.ts'
import type { RequestLog } from './request-log.ts'
import type { Runs } from './runs.ts'

/** The last push cycle of this host, as `/api/v1/status` shows it. */
export interface LastPush {
  /** Epoch ms. */
  endedAt: number
  report: PushReport
}

/** What the routes work with: the parts, and what runs beside them. */
export interface Host {
  closeback: Closeback
  metrics: Metrics
  /** Limits on guessing passwords. */
  attempts: AttemptLimits
  /** The last requests to each hook. */
  requests: RequestLog
  /** Long work that people began. */
  runs: Runs
  /** What senders call, without a slash at its end. Known once the host listens. */
  publicUrl(): string
  /** Aborted as soon as the host is asked to stop. */
  stopping: AbortSignal
  jobs: {
    /** Something was committed: the inbox is read soon. */
    wake(): void
    /** One cycle now, after the one that may be running. `now`: also what waits for its back-off. */
    push(options: { now: boolean }): Promise<PushReport>
    lastPush(): LastPush | null
    /** The settings were changed here: what is held is looked at again. */
    workspaceChanged(): void
  }
}
