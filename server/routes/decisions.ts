import { z } from 'zod'
import { deliveriesById } from '../../core/ledger/deliveries.ts'
import { ClosebackError } from '../../core/model/errors.ts'
import { requeue, resolve } from '../../core/pipeline/decide.ts'
import type { Host } from '../host.ts'
import { Decisions } from '../openapi/shapes.ts'
import { operation } from './operation.ts'

/** Each is a transaction of its own on the thread that answers senders. */
const MAX_IDS = 100
const Ids = z.array(z.int().positive()).min(1).max(MAX_IDS)

const answers = {
  200: {
    description: 'what became of each, in order; `changed` says whether it was done',
    schema: Decisions,
  },
  404: { description: 'one of them does not exist; nothing was changed' },
}

export const requeueDeliveries = operation({
  route: 'POST /api/v1/deliveries/requeue',
  id: 'requeueDeliveries',
  summary: 'Sends again what a person says should be sent',
  description: 'Uncertain deliveries may arrive twice, so they ask for `mayDouble`.',
  body: z.strictObject({ ids: Ids, mayDouble: z.boolean().default(false) }),
  answers,
  async act({ body: { ids, mayDouble }, actor }, host) {
    await refuseUnknown(host, ids)
    const decisions = await requeue(host.closeback.pipeline, ids, { mayDouble, actor: actor ?? 'api' })
    return { status: 200, body: { decisions } }
  },
})

export const resolveDeliveries = operation({
  route: 'POST /api/v1/deliveries/resolve',
  id: 'resolveDeliveries',
  summary: 'Ends deliveries by a person’s word',
  description: '`accepted`: it was seen at TikTok. `drop`: it shall not be sent, or did not arrive.',
  body: z.strictObject({ ids: Ids, to: z.enum(['accepted', 'drop']) }),
  answers,
  async act({ body: { ids, to }, actor }, host) {
    await refuseUnknown(host, ids)
    const decisions = await resolve(host.closeback.pipeline, ids, { to, actor: actor ?? 'api' })
    return { status: 200, body: { decisions } }
  },
})

/** Before anything is decided: one wrong id must not leave half of a list done. */
async function refuseUnknown({ closeback }: Host, ids: readonly number[]): Promise<void> {
  const found = new Set((await deliveriesById(closeback.ledger.db, ids)).map((row) => row.id))
  const missing = ids.filter((id) => !found.has(id))
  if (missing.length === 0) return
  throw new ClosebackError('not_found', `There is no delivery ${missing.join(', ')}.`, {
    remedy: 'List them with GET /api/v1/deliveries; nothing was changed.',
  })
}
