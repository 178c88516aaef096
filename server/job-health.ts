import type { JobHealth } from '../core/pipeline/alerts/wrong-now.ts'
import type { Metrics } from './metrics/metrics.ts'

/** When the jobs of this host last succeeded, for alerts and metrics. */
export interface JobHealths {
  all(): JobHealth[]
  /** Notes how one run of a job ends; passes the result on. */
  watch<T>(job: string, run: Promise<T>): Promise<T>
}

/** @param everyMs the jobs there are, and how far apart each runs. */
export function jobHealths(
  everyMs: Readonly<Record<string, number>>,
  { now, metrics }: { now: () => number; metrics: Pick<Metrics, 'jobEnded'> | undefined },
): JobHealths {
  const start = now()
  const lastGood = new Map<string, number>()
  return {
    all: () =>
      Object.entries(everyMs).map(([job, every]) => ({
        job,
        lastGoodAt: lastGood.get(job) ?? start,
        everyMs: every,
      })),
    watch(job, run) {
      run.then(
        () => {
          const at = now()
          lastGood.set(job, at)
          metrics?.jobEnded(job, at)
        },
        () => metrics?.jobEnded(job, null),
      )
      return run
    },
  }
}
