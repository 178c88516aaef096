import { ALL_CONNECTIONS, probeNow, setPaused } from '../ledger/connections.ts'
import { type DeliveryRow, deliveriesById } from '../ledger/deliveries.ts'
import { addEntry } from '../ledger/journal.ts'
import type { Db } from '../ledger/ledger.ts'
import type { DeliveryState } from '../model/delivery.ts'
import { ClosebackError } from '../model/errors.ts'
import type { Connection } from '../model/workspace.ts'
import type { Pipeline } from './context.ts'
import { sendUntil } from './freeze.ts'
import { releaseHeld } from './release.ts'

/** What a decision did to one delivery. */
export interface Decision {
  id: number
  /** The state it is in now. */
  state: DeliveryState
  changed: boolean
  /** One sentence for the person who decided. */
  detail: string
}

interface Deciding {
  pipeline: Pipeline
  tx: Db
  row: DeliveryRow
  connection: Connection | undefined
  now: number
}

/**
 * Sends again what a person says should be sent: held ones without what is missing, rejected and cancelled ones with
 * the same bytes. What was ever left without an answer may arrive twice, so it asks for `mayDouble`.
 */
export function requeue(
  pipeline: Pipeline,
  ids: readonly number[],
  { mayDouble, actor }: { mayDouble: boolean; actor: string },
): Promise<Decision[]> {
  return decide(pipeline, ids, actor, 'requeue', async (deciding) => {
    const { pipeline, tx, row, connection, now } = deciding
    if (!connection) return `Its connection ${row.connection_id} is not in the workspace any more.`
    if (row.state === 'held') return requeueHeld(deciding)
    if (row.state === 'waiting') {
      await tx.updateTable('deliveries').set({ next_at: now }).where('id', '=', row.id).execute()
      return null
    }
    // Also one that a person dropped, or that was refused later: an earlier attempt may have arrived all the same.
    if ((row.state === 'uncertain' || row.first_unknown_at !== null) && !mayDouble) {
      return 'TikTok may have it already, and a copy may count twice. Use --may-double if that is better than losing it, or resolve it.'
    }
    if (row.state === 'in_flight') return 'It is being sent right now; ask again in a minute.'
    if (row.state === 'accepted')
      return 'TikTok accepted it; sending it again would count it twice or not at all.'
    if (row.payload === '') return 'Its bytes were erased or purged: it cannot be sent any more.'
    if (row.payload === null && row.state === 'uncertain') return requeueUnfrozen(deciding)
    if (row.payload === null) return 'It was never complete enough to be sent.'
    // Past the age limit a person may still insist once: the deadline becomes a day from now.
    const until = Math.max(sendUntil(row.occurred_at, false, connection), now + 86_400_000)
    await tx
      .updateTable('deliveries')
      .set({
        state: 'waiting',
        next_at: now,
        settled_at: null,
        first_unknown_at: null,
        send_until: until,
        outcome: null,
      })
      .where('id', '=', row.id)
      .execute()
    pipeline.log.info({ delivery: row.id, actor }, 'requeued')
    return null
  })
}

async function requeueHeld({ pipeline, tx, row, now }: Deciding): Promise<string | null> {
  const settings = await pipeline.settings()
  await releaseHeld({ tx, settings, now }, [row], { sendAnyway: true })
  const [after] = await deliveriesById(tx, [row.id])
  if (after?.state === 'held') return `It is still held (${after.hold_reason}).`
  return after ? null : 'It cannot be sent; "explain" says why.'
}

/** Held when the backup was taken that this ledger came from: frozen now, without doubting it again. */
async function requeueUnfrozen({ pipeline, tx, row, now }: Deciding): Promise<string | null> {
  const settings = { ...(await pipeline.settings()), restored: null }
  const held = { state: 'held', next_at: null, settled_at: null, first_unknown_at: null } as const
  await tx
    .updateTable('deliveries')
    .set({ ...held, hold_reason: 'no_amount', code: null, message: null })
    .where('id', '=', row.id)
    .execute()
  await releaseHeld({ tx, settings, now }, [{ ...row, ...held }], { sendAnyway: true })
  return null
}

/** Ends a delivery by a person's word: `accepted` when they saw it at TikTok, `drop` when it shall not be sent. */
export function resolve(
  pipeline: Pipeline,
  ids: readonly number[],
  { to, actor }: { to: 'accepted' | 'drop'; actor: string },
): Promise<Decision[]> {
  return decide(pipeline, ids, actor, 'resolve', async ({ tx, row, now }) => {
    if (row.state === 'in_flight') return 'It is being sent right now; ask again in a minute.'
    if (to === 'accepted' && row.state !== 'uncertain') {
      return 'Only an uncertain delivery can be said to be accepted.'
    }
    if (to === 'drop' && !['held', 'waiting', 'uncertain'].includes(row.state)) {
      return `It is ${row.state} already; there is nothing left to drop.`
    }
    if (to === 'drop' && row.state === 'waiting' && row.first_unknown_at !== null) {
      return 'An earlier attempt may have arrived: it can only end as accepted, rejected or uncertain.'
    }
    // An uncertain delivery was tried: dropping it means "it did not arrive", which is a rejection by a person.
    const state: DeliveryState =
      to === 'accepted' ? 'accepted' : row.state === 'uncertain' ? 'rejected' : 'cancelled'
    await tx
      .updateTable('deliveries')
      .set({ state, settled_at: now, hold_reason: null, code: `resolved_${to}` })
      .where('id', '=', row.id)
      .execute()
    return null
  })
}

/** Decides for each delivery in its own transaction; what cannot be done says why and changes nothing. */
async function decide(
  pipeline: Pipeline,
  ids: readonly number[],
  actor: string,
  verb: string,
  act: (deciding: Deciding) => Promise<string | null>,
): Promise<Decision[]> {
  const { connections } = await pipeline.settings()
  const decisions: Decision[] = []
  for (const id of new Set(ids)) {
    const decision = await pipeline.ledger.transaction(async (tx): Promise<Decision> => {
      const [row] = await deliveriesById(tx, [id])
      if (!row) {
        throw new ClosebackError('not_found', `There is no delivery ${id}.`, {
          remedy: 'List them with "closeback events"; nothing after this id was changed.',
        })
      }
      const now = pipeline.ledger.now()
      const refusal = await act({ pipeline, tx, row, connection: connections.get(row.connection_id), now })
      const [after] = await deliveriesById(tx, [id])
      const state = after?.state ?? 'cancelled'
      if (refusal !== null) return { id, state, changed: false, detail: refusal }
      const detail = `${row.state} to ${state}`
      await addEntry(tx, { at: now, actor, verb, subject: `delivery ${id}`, deliveryId: id, detail })
      return { id, state, changed: true, detail: `Was ${row.state}, is ${state} now.` }
    })
    decisions.push(decision)
  }
  return decisions
}

/** The kill switch: nothing is sent to this connection (to any, without one) until `resume`; intake goes on. */
export async function pause(pipeline: Pipeline, connectionId: string | null, actor: string): Promise<void> {
  const at = pipeline.ledger.now()
  await onConnection(pipeline, connectionId, actor, 'pause', (tx, id) => setPaused(tx, id, at))
}

/** Sends again, and probes parked sets at the next cycle. Without a connection: all of them. */
export async function resume(pipeline: Pipeline, connectionId: string | null, actor: string): Promise<void> {
  await onConnection(pipeline, connectionId, actor, 'resume', async (tx, id) => {
    if (id === ALL_CONNECTIONS) await tx.updateTable('connections').set({ paused_at: null }).execute()
    else await setPaused(tx, id, null)
    await probeNow(tx, id)
  })
}

async function onConnection(
  { ledger, settings }: Pipeline,
  connectionId: string | null,
  actor: string,
  verb: string,
  act: (tx: Db, id: string) => Promise<void>,
): Promise<void> {
  const { connections } = await settings()
  if (connectionId !== null && !connections.has(connectionId)) {
    throw new ClosebackError('not_found', `There is no connection "${connectionId}".`, {
      remedy: `Use one of: ${[...connections.keys()].join(', ') || '(none yet: apply a workspace first)'}.`,
    })
  }
  await ledger.transaction(async (tx) => {
    const id = connectionId ?? ALL_CONNECTIONS
    await act(tx, id)
    const subject = connectionId === null ? 'all connections' : `connection ${connectionId}`
    await addEntry(tx, { at: ledger.now(), actor, verb, subject, detail: '' })
  })
}
