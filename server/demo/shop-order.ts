import { randomUUID } from 'node:crypto'
import { toIso } from '../../core/model/time.ts'

/** What the checkout form carried, as the shop remembers it. */
export interface Order {
  id: string
  ttclid: string | null
  eventId: string | null
}

/** The order that a submitted form is, and the message the shop's system posts about it: docs/webhook.md has every field. */
export function readOrder(
  form: URLSearchParams,
  { userAgent, now }: { userAgent: string; now: number },
): { order: Order; item: Record<string, unknown> } {
  const field = (name: string) => form.get(name)?.trim() || null
  const id = `K-${randomUUID().slice(0, 8)}`
  const [eventId, eventName] = [field('event_id'), field('event_name')]
  const ttclid = field('ttclid')
  const item = {
    id: `order-${id}`,
    record: { type: 'deal', id },
    stage: 'won',
    occurredAt: toIso(now),
    amount: '249.00',
    currency: 'USD',
    orderId: id,
    contents: [{ id: 'kettle-g', price: '249.00', quantity: 1, name: 'The kettle that sings' }],
    contact: { email: field('email'), firstName: field('first_name'), userAgent },
    click: { ttclid, ttp: field('ttp'), clickedAt: field('clicked_at') },
    touches: touchesOf(field('closeback_touches')),
    utm: {
      source: field('utm_source'),
      medium: field('utm_medium'),
      campaign: field('utm_campaign'),
      id: field('utm_id'),
    },
    pageUrl: field('landing_page'),
    ...(eventId !== null && eventName !== null && { eventId, eventName }),
    fields: { closeback_id: field('closeback_id') },
  }
  return { order: { id, ttclid, eventId }, item }
}

/** A visitor may write anything into a hidden field. */
function touchesOf(text: string | null): unknown {
  try {
    return text === null ? null : JSON.parse(text)
  } catch {
    return null
  }
}
