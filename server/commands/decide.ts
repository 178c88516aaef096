import { ALL_CONNECTIONS, pausedConnections } from '../../core/ledger/connections.ts'
import { deliveriesById } from '../../core/ledger/deliveries.ts'
import { ClosebackError } from '../../core/model/errors.ts'
import { type Decision, pause, requeue, resolve, resume } from '../../core/pipeline/decide.ts'
import type { Closeback } from '../compose.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { wrap } from '../terminal/wrap.ts'
import type { Outcome } from './outcome.ts'
import { ACTOR, withCloseback } from './with-closeback.ts'

/** Sends again what a person says should be sent. */
export async function requeueAll(
  terminal: Terminal,
  { ids, mayDouble }: { ids: readonly number[]; mayDouble: boolean },
): Promise<Outcome> {
  return decideAll(terminal, ids, ({ pipeline }) => requeue(pipeline, ids, { mayDouble, actor: ACTOR }))
}

/** Ends deliveries by a person's word. */
export async function resolveAll(
  terminal: Terminal,
  { ids, to }: { ids: readonly number[]; to: 'accepted' | 'drop' },
): Promise<Outcome> {
  return decideAll(terminal, ids, ({ pipeline }) => resolve(pipeline, ids, { to, actor: ACTOR }))
}

async function decideAll(
  terminal: Terminal,
  ids: readonly number[],
  decide: (closeback: Closeback) => Promise<Decision[]>,
): Promise<Outcome> {
  return withCloseback(terminal, async (closeback) => {
    await refuseUnknown(closeback, ids)
    const decisions = await decide(closeback)
    const lines = decisions.map(({ id, detail }) => wrap(`${id}: ${detail}`, terminal.width, '  '))
    const exit = decisions.every(({ changed }) => changed) ? 0 : 1
    return { exit, document: { decisions }, text: `${lines.join('\n')}\n` }
  })
}

/** Before anything is decided: a mistyped id must not leave half of a list done. */
async function refuseUnknown({ ledger }: Closeback, ids: readonly number[]): Promise<void> {
  const found = new Set((await deliveriesById(ledger.db, ids)).map((row) => row.id))
  const missing = ids.filter((id) => !found.has(id))
  if (missing.length === 0) return
  const noun = missing.length === 1 ? 'delivery' : 'deliveries'
  throw new ClosebackError('not_found', `There is no ${noun} ${missing.join(', ')}; nothing was changed.`, {
    remedy: 'List them with "closeback events".',
  })
}

/** The kill switch, on or off; without a connection for all of them. */
export async function switchSending(
  terminal: Terminal,
  { connectionId, paused }: { connectionId: string | null; paused: boolean },
): Promise<Outcome> {
  return withCloseback(terminal, async ({ pipeline, ledger }) => {
    if (paused) await pause(pipeline, connectionId, ACTOR)
    else await resume(pipeline, connectionId, ACTOR)
    const allPaused = (await pausedConnections(ledger.db)).has(ALL_CONNECTIONS)
    const whom = connectionId ?? 'every connection'
    const text = paused
      ? `Paused: nothing is sent to ${whom} until "closeback resume${connectionId === null ? '' : ` ${connectionId}`}"; messages are still received.`
      : allPaused
        ? `Nothing is sent to ${whom} yet, because all of sending is paused: run "closeback resume" without a connection.`
        : `Resumed: the next push sends to ${whom} again and tries parked event sets at once.`
    return {
      exit: !paused && allPaused ? 1 : 0,
      document: { connectionId, paused: paused || allPaused },
      text: `${wrap(text, terminal.width)}\n`,
    }
  })
}
