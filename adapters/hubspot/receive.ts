import { type InboundRequest, type Received, SignatureError } from '../../core/adapter.ts'
import { ClosebackError } from '../../core/model/errors.ts'
import { readAction } from './action.ts'
import { isAction } from './answer.ts'
import { type ReadEvent, readEvent } from './event.ts'
import type { Ctx } from './portal.ts'
import { noteForgotten } from './privacy.ts'
import { type Portals, portalsOf, unknownPortal } from './routing.ts'
import { verifyV2, verifyV3 } from './signature.ts'

/** Verifies a webhook or a workflow action and makes tickets of it, for whichever account each event is about. */
export async function receive(request: InboundRequest, ctx: Ctx): Promise<Received> {
  if (request.below !== undefined && !isAction(request)) throw unknownAddress()
  if (!request.authenticated) {
    const { clientSecret } = await ctx.secrets()
    if (!clientSecret)
      throw new SignatureError(
        'This source has no clientSecret, without which nothing can be verified: set the client secret of the app that posts here.',
      )
    if (isAction(request)) verifyV2(request, clientSecret)
    else verifyV3(request, clientSecret, ctx.now())
  }
  const body = readJson(request.body)
  const portals = await portalsOf(ctx)
  if (isAction(request)) return readAction(body, portals.sourceOf, ctx)
  const events = (Array.isArray(body) ? body : [body]).map((said) => readEvent(said))
  const forgotten = events.flatMap((event) => (event.is === 'privacy' ? [event.contact] : []))
  if (forgotten.length > 0) await noteForgotten(forgotten, ctx)
  return events.flatMap((event, index) => readOne(event, index, portals, ctx))
}

function readOne(event: ReadEvent, index: number, portals: Portals, ctx: Ctx): Received {
  if (event.is === 'ignored') return []
  if (event.is === 'broken') {
    const errors = [{ path: `/${index}${event.path}`, message: event.message }]
    return [{ ok: false, invalid: { id: null, errors } }]
  }
  const sourceId = portals.sourceOf(event.portalId)
  if (sourceId === null) {
    const errors = [unknownPortal(event.portalId, `/${index}/portalId`)]
    ctx.log.warn({ source: ctx.sourceId, portal: event.portalId }, 'hubspot_unknown_portal')
    return [{ ok: false, invalid: { id: event.is === 'hint' ? event.ticket.id : null, errors } }]
  }
  if (event.is === 'privacy') {
    ctx.log.warn({ source: sourceId, contact: event.contact }, 'hubspot_privacy_deletion')
    return []
  }
  const ticket = sourceId === ctx.sourceId ? event.ticket : { ...event.ticket, sourceId }
  return [{ ok: true, ticket }]
}

function readJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'))
  } catch {
    throw new ClosebackError('invalid', 'The body is not JSON.', {
      remedy: 'Post what HubSpot posts: a JSON array of events.',
    })
  }
}

function unknownAddress(): ClosebackError {
  return new ClosebackError('not_found', 'There is nothing at this address.', {
    remedy: 'Webhooks go to /hooks/hubspot/<source>, workflow actions to /hooks/hubspot/<source>/action.',
  })
}
