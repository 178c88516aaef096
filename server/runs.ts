import type { Ledger } from '../core/ledger/ledger.ts'
import { RUN_BEAT_MS, type Run, type RunProgress, saveRun, startRun } from '../core/ledger/runs.ts'
import { ClosebackError, safeMessage } from '../core/model/errors.ts'
import type { Log } from '../core/model/log.ts'

/** Progress is written at most this often. */
const SAVE_EVERY_MS = 500

/** Long work of this host that people look at from a page, and find again after they reloaded it. */
export interface Runs {
  /** Begins it and returns its id. Throws `conflict` while the same is at work for the source. */
  begin(run: Pick<Run, 'kind' | 'sourceId' | 'asked' | 'actor'>, work: Work): Promise<number>
  /** Resolves when all of them ended. */
  settled(): Promise<void>
}

/** Tells how far it is as often as it likes, and resolves to what came of it. */
export type Work = (tell: (progress: Partial<RunProgress>) => void) => Promise<object>

export function createRuns({ ledger, log }: { ledger: Ledger; log: Log }): Runs {
  const running = new Set<Promise<void>>()
  return {
    async begin(run, work) {
      const id = await ledger.transaction((tx) => startRun(tx, run, ledger.now()))
      if (id === null) {
        throw new ClosebackError(
          'conflict',
          `There is ${run.kind === 'install' ? 'an install' : 'a backfill'} at work for "${run.sourceId}".`,
          {
            remedy: 'Wait until it ends.',
          },
        )
      }
      const ended = follow(ledger, log, id, work).finally(() => running.delete(ended))
      running.add(ended)
      return id
    },
    async settled() {
      await Promise.all(running)
    },
  }
}

async function follow(ledger: Ledger, log: Log, id: number, work: Work): Promise<void> {
  let progress: RunProgress = { count: 0, total: null, result: null }
  let saving: Promise<void> = Promise.resolve()
  let savedAt = 0
  // One write after the other, so that an older state never lands on a newer one.
  const save = (end: Partial<Parameters<typeof saveRun>[2]> = {}) => {
    savedAt = performance.now()
    const now = { ...progress, ...end }
    saving = saving
      .then(() => saveRun(ledger.db, id, now, ledger.now()))
      .catch((error) => log.warn({ run: id, error: safeMessage(error) }, 'run_not_noted'))
    return saving
  }
  const beat = setInterval(() => void save(), RUN_BEAT_MS)
  try {
    const result = await work((told) => {
      progress = { ...progress, ...told }
      if (performance.now() - savedAt >= SAVE_EVERY_MS) void save()
    })
    await save({ result, state: 'done' })
  } catch (error) {
    if (!(error instanceof ClosebackError)) log.error({ run: id, error: safeMessage(error) }, 'run_failed')
    const remedy = error instanceof ClosebackError ? ` ${error.remedy}` : ''
    await save({ state: 'failed', problem: `${safeMessage(error)}${remedy}` })
  } finally {
    clearInterval(beat)
  }
}
