import type { Ticket } from '../../../core/adapter.ts'
import { MINUTE } from '../../../core/model/time.ts'
import type { Context } from '../client/login.ts'
import { SalesforceError } from '../client/salesforce-error.ts'
import { CHANGES_BATCH } from '../constants.ts'
import { openReader } from '../reader.ts'
import { follow } from './follow.ts'
import { readReplay, saveReplay } from './replay.ts'
import { readChange } from './tickets.ts'

type Heard = (tickets: Ticket[]) => Promise<void>

/**
 * Follows the change events of opportunities and leads until `signal` aborts. A client that ended for a reason that
 * passes is replaced at once, from the last event that is on disk; else this throws, and is started again.
 */
export async function listen(heard: Heard, signal: AbortSignal, ctx: Context): Promise<void> {
  const { client, org, settings } = await openReader(ctx)
  const { connected, organizationId } = client
  const replay = await readReplay(ctx, organizationId)
  const channels = new Set(['/data/OpportunityChangeEvent'])
  if (settings.leads && org.objects.has('Lead')) channels.add('/data/LeadChangeEvent')
  const broken = new AbortController()
  const save = () => saveReplay(ctx, organizationId, replay)
  const inbox = changesInbox(heard, replay, save)
  inbox.failed.catch(() => broken.abort())
  for (let failures = 0; failures < 2; ) {
    const ended = await follow({
      connected,
      fetch: ctx.fetch,
      channels: [...channels],
      replay,
      silenceMs: settings.changeSilenceMinutes * MINUTE,
      signal: AbortSignal.any([signal, broken.signal]),
      event: inbox.add,
    })
    // Also when stopped: what came is kept, and the next client begins behind it.
    await inbox.drained()
    if (ended.why === 'stopped') return
    ctx.log.info({ source: ctx.sourceId, why: ended.why }, 'salesforce_changes_again')
    failures = ended.subscribed ? 0 : failures + 1
    if (ended.why === 'unknown client') break
    // Any call renews a session that ran out.
    if (ended.why === 'refused session') await client.get('/limits', 'renewing the session')
    if (ended.why === 'refused channel') {
      // The event may be too old: everything since then is left to the poll.
      if (replay.delete(ended.channel)) await save()
      else {
        ctx.log.warn({ ...ended, source: ctx.sourceId }, 'salesforce_channel_refused')
        channels.delete(ended.channel)
        if (channels.size === 0) throw refusedAll(ended.said)
      }
      failures = 0
    }
  }
  throw new SalesforceError('transient', 'STREAM_ENDED', 'Salesforce ended the stream of change events.', {
    remedy: 'Nothing: it is opened again by itself, and the poll reads what changed meanwhile.',
  })
}

/** Keeps events in the order they came, many at a time; what was committed moves `replay` on. */
function changesInbox(heard: Heard, replay: Map<string, number>, save: () => Promise<void>) {
  const waiting: { channel: string; replayId: number; tickets: Ticket[] }[] = []
  let working: Promise<void> | null = null
  let fail: (error: unknown) => void = () => {}
  const failed = new Promise<never>((_, reject) => {
    fail = reject
  })

  async function work(): Promise<void> {
    try {
      while (waiting.length > 0) {
        const some = waiting.splice(0, CHANGES_BATCH)
        const tickets = some.flatMap((change) => change.tickets)
        if (tickets.length > 0) await heard(tickets)
        for (const { channel, replayId } of some) replay.set(channel, replayId)
        await save()
      }
    } finally {
      working = null
    }
  }

  return {
    failed,
    add(channel: string, data: unknown) {
      const change = readChange(data)
      if (change === null) return
      waiting.push({ channel, ...change })
      working ??= work()
      working.catch(fail)
    },
    /** Throws what went wrong. */
    drained: () => Promise.race([failed, working ?? Promise.resolve()]),
  }
}

function refusedAll(said: string): SalesforceError {
  return new SalesforceError('config', 'STREAM_REFUSED', `Salesforce refuses change events: ${said}`, {
    remedy: 'Select Opportunity and Lead in Setup, Change Data Capture, or set changeDataCapture to false.',
  })
}
