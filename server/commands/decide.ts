import { ALL_CONNECTIONS, pausedConnections } from '../../core/ledger/connections.ts'
import { deliveriesById } from '../../core/ledger/deliveries.ts'
import { listDeliveries } from '../../core/ledger/delivery-list.ts'
import type { DeliveryState } from '../../core/model/delivery.ts'
import { ClosebackError } from '../../core/model/errors.ts'
import { type Decision, pause, requeue, resolve, resume } from '../../core/pipeline/decide.ts'
import type { Closeback } from '../compose.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { wrap } from '../terminal/wrap.ts'
import { known } from './known.ts'
import type { Outcome } from './outcome.ts'
import { ACTOR, withCloseback } from './with-closeback.ts'

/** Deliveries named one by one, or all in a state. */
export type Which =
  | { ids: readonly number[] }
  | { state: DeliveryState; connectionId?: string; sourceId?: string }

/** Decided at a time: each in a transaction of its own, listed in one question. */
const PAGE = 500
/** Of more decisions than this the last are only counted in the text; JSON has them all. */
const MOST_LINES = 50

/** Sends again what a person says should be sent. */
export async function requeueAll(
  terminal: Terminal,
  { which, mayDouble }: { which: Which; mayDouble: boolean },
): Promise<Outcome> {
  return decideAll(terminal, which, ({ pipeline }, ids) =>
    requeue(pipeline, ids, { mayDouble, actor: ACTOR }),
  )
}

/** Ends deliveries by a person's word. */
export async function resolveAll(
  terminal: Terminal,
  { which, to }: { which: Which; to: 'accepted' | 'drop' },
): Promise<Outcome> {
  return decideAll(terminal, which, ({ pipeline }, ids) => resolve(pipeline, ids, { to, actor: ACTOR }))
}

async function decideAll(
  terminal: Terminal,
  which: Which,
  decide: (closeback: Closeback, ids: readonly number[]) => Promise<Decision[]>,
): Promise<Outcome> {
  return withCloseback(terminal, async (closeback) => {
    const decisions: Decision[] = []
    for await (const ids of pagesOf(closeback, which)) {
      decisions.push(...(await decide(closeback, ids)))
      if (terminal.stop.aborted) break
    }
    const told = decisions
      .slice(0, MOST_LINES)
      .map(({ id, detail }) => wrap(`${id}: ${detail}`, terminal.width, '  '))
    const changed = decisions.filter((decision) => decision.changed).length
    if (decisions.length > MOST_LINES) told.push(`… and ${decisions.length - MOST_LINES} more.`)
    if (!('ids' in which)) told.push(`${changed} of ${decisions.length} changed.`)
    const exit = changed === decisions.length ? 0 : 1
    return { exit, document: { decisions }, text: `${told.join('\n')}\n` }
  })
}

/** The deliveries that are meant, oldest last, as they stand when each page is asked for. */
async function* pagesOf(closeback: Closeback, which: Which): AsyncGenerator<number[]> {
  if ('ids' in which) {
    await refuseUnknown(closeback, which.ids)
    yield [...which.ids]
    return
  }
  const { connections, sources } = closeback.store.current.workspace
  if (which.connectionId !== undefined) known('connection', which.connectionId, connections)
  if (which.sourceId !== undefined) known('source', which.sourceId, sources)
  for (let before = Number.MAX_SAFE_INTEGER; ; ) {
    const rows = await listDeliveries(closeback.ledger.reader, { ...which, before, limit: PAGE })
    const last = rows.at(-1)
    if (!last) return
    yield rows.map((row) => row.id)
    before = last.id
  }
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
