import type { AttemptRow } from '../ledger/attempts.ts'
import { type Claim, type ClaimedDelivery, LEASE_MS, renew } from '../ledger/outbox.ts'
import type { Connection } from '../model/workspace.ts'
import { bodyOf } from '../tiktok/batch.ts'
import { type Isolation, isolate } from '../tiktok/bisect.ts'
import { trackEvents } from '../tiktok/events.ts'
import { judge } from '../tiktok/outcome.ts'
import type { Pipeline } from './context.ts'

/** Somebody else holds these deliveries now: nothing more may be sent or settled under this claim. */
export class LeaseLost extends Error {}

/** Where a batch goes. */
export interface Destination {
  connection: Connection
  eventSourceId: string
  token: string
}

export interface Sent {
  isolation: Isolation
  attempts: AttemptRow[]
}

/** Keeps a claim alive: renewed before a request that could outlive it. */
export function leaseKeeper({ ledger }: Pipeline, claim: Claim): () => Promise<void> {
  let renewedAt = ledger.now()
  return async () => {
    if (Math.abs(ledger.now() - renewedAt) < LEASE_MS / 3) return
    if (!(await renew(ledger, claim.lease))) throw new LeaseLost()
    renewedAt = ledger.now()
  }
}

/** Sends one batch and, where TikTok refuses it whole, finds the events to blame. Notes every request. */
export async function sendBatch(
  { ledger, tiktok, clock }: Pipeline,
  { connection, eventSourceId, token }: Destination,
  batch: readonly ClaimedDelivery[],
  options: { siblingSucceeded: boolean; keepLease: () => Promise<void> },
): Promise<Sent> {
  const attempts: AttemptRow[] = []
  const [first] = batch
  const head = {
    route: first?.route ?? 'web',
    eventSourceId,
    testEventCode: first?.testCode ?? undefined,
    partnerName: connection.delivery.partnerName,
  }
  const send = async (indices: readonly number[]) => {
    await options.keepLease()
    const deliveries = indices.map((index) => batch[index] as ClaimedDelivery)
    const startedAt = ledger.now()
    const body = bodyOf(
      head,
      deliveries.map((delivery) => delivery.payload),
    )
    const answer = await trackEvents(tiktok, { token, body })
    if (answer.kind === 'envelope' && answer.date !== null) await clock.observe(answer.date)
    const verdict = judge(answer)
    attempts.push({
      connectionId: connection.id,
      route: head.route,
      eventSourceId,
      startedAt,
      endedAt: ledger.now(),
      httpStatus: answer.status,
      outcome: verdict.outcome,
      code: verdict.code,
      message: verdict.message,
      requestId: answer.kind === 'envelope' ? answer.requestId : null,
      deliveryIds: deliveries.map((delivery) => delivery.id),
    })
    return verdict
  }
  const { siblingSucceeded } = options
  return { isolation: await isolate(batch.length, send, { siblingSucceeded }), attempts }
}
