import { z } from 'zod'
import type { Received, Ticket } from '../../core/adapter.ts'
import type { Content } from './content.ts'
import { unknownPortal } from './routing.ts'

/** The stage of a deal that a workflow sent, unless the action names another. */
export const WORKFLOW_STAGE = 'workflow'

/** What a custom workflow action posts (docs/api-reference/automation-actions-v4). */
const posted = z.object({
  callbackId: z.string().min(1).max(200),
  origin: z.object({ portalId: z.union([z.number(), z.string()]).transform(String) }),
  object: z.object({
    objectId: z
      .union([z.number(), z.string()])
      .transform(String)
      .pipe(z.string().regex(/^\d{1,20}$/)),
    objectType: z.literal('DEAL', 'the action is for deals'),
  }),
  inputFields: z.object({ stage: z.string().trim().max(100).nullish() }).nullish(),
})

/** The ticket of "Send conversion to TikTok": the deal entered a stage of the workflow's making. */
export function readAction(
  said: unknown,
  sourceOf: (portalId: string) => string | null,
  ctx: { sourceId: string; now(): number },
): Received {
  const read = posted.safeParse(said)
  if (!read.success) {
    const errors = read.error.issues.map(({ path, message }) => ({ path: `/${path.join('/')}`, message }))
    return [{ ok: false, invalid: { id: null, errors } }]
  }
  const { callbackId, origin, object, inputFields } = read.data
  const sourceId = sourceOf(origin.portalId)
  if (sourceId === null) {
    const errors = [unknownPortal(origin.portalId, '/origin/portalId')]
    return [{ ok: false, invalid: { id: callbackId, errors } }]
  }
  const stage = inputFields?.stage || WORKFLOW_STAGE
  // The signature covers no time and the body has none: the moment it first arrived is when it happened.
  const content: Content = { v: 1, action: { stage, at: ctx.now() } }
  const ticket: Ticket = {
    key: `action:${callbackId}`,
    id: callbackId,
    record: { type: 'deal', id: object.objectId },
    said: { callbackId, portal: origin.portalId, deal: object.objectId, stage },
    content: content as unknown as Ticket['content'],
    identity: null,
    ...(sourceId !== ctx.sourceId && { sourceId }),
  }
  return [{ ok: true, ticket }]
}
