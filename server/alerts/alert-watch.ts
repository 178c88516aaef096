import { DAY } from '../../core/model/time.ts'
import type { Alert } from '../../core/pipeline/alerts/condition.ts'
import { lookForTrouble } from '../../core/pipeline/alerts/look.ts'
import { type PostAlert, sendAlerts } from '../../core/pipeline/alerts/send.ts'
import type { Situation } from '../../core/pipeline/alerts/wrong-now.ts'
import type { Closeback } from '../compose.ts'
import { factsOf } from '../log.ts'

/** One failure of the ledger may be a restart of its database. */
const FAILURES = 2

export interface AlertWatchOptions {
  closeback: Pick<Closeback, 'pipeline' | 'ledger'>
  /** What only this host knows. */
  host: () => Pick<Situation, 'jobs' | 'notTried'>
  /** How to post by the settings as they stand; null without a webhook. */
  post: () => PostAlert | null
}

/**
 * Looks for trouble, logs what is new and posts what was not posted yet. Alerts live in the ledger; that the ledger itself
 * fails is the one that cannot, so it is kept here and posted at once. Never throws but what says that a look failed.
 */
export function alertWatch({ closeback, host, post }: AlertWatchOptions): () => Promise<void> {
  const { pipeline, ledger } = closeback
  let failures = 0
  let failing: (Alert & { toldAt: number }) | null = null

  async function tryPost(work: (post: PostAlert) => Promise<void>): Promise<void> {
    const send = post()
    if (send) await work(send).catch((error: unknown) => pipeline.log.warn(factsOf(error), 'alert_not_sent'))
  }

  function tell({ id: _, news, ...facts }: Alert): void {
    pipeline.log.warn({ ...facts }, `alert_${news}`)
  }

  async function tellOfLedger(news: Alert['news'], error: unknown): Promise<void> {
    const now = ledger.now()
    const facts = factsOf(error)
    const why = facts.errstr ?? facts.code ?? facts.error
    const alert: Alert = {
      id: 0,
      kind: 'ledger',
      subject: 'ledger',
      connectionId: null,
      since: failing?.since ?? now,
      what: failing?.what ?? `The ledger cannot be read or written (${why}); senders may be turned away.`,
      remedy: 'Look at the space on the disk of the data directory, or at the database.',
      news,
      resolvedAt: news === 'resolved' ? now : null,
    }
    failing = news === 'resolved' ? null : { ...alert, toldAt: now }
    tell(alert)
    await tryPost((send) => send(alert, `alert_ledger_${alert.since}_${news}_${now}`))
  }

  return async () => {
    try {
      for (const alert of await lookForTrouble(pipeline, host())) tell(alert)
    } catch (error) {
      failures++
      if (failing === null ? failures >= FAILURES : ledger.now() - failing.toldAt >= DAY)
        await tellOfLedger(failing === null ? 'raised' : 'repeated', error)
      throw error
    }
    failures = 0
    if (failing !== null) await tellOfLedger('resolved', null)
    await tryPost((send) => sendAlerts(ledger, send))
  }
}
