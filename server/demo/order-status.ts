import type { Reconciliation } from '../../core/model/reconciliation.ts'
import { moneyText, verdict } from '../reconciliation/words.ts'
import { SOURCE } from './post-signed.ts'
import type { Order } from './shop-order.ts'

/** What the last page of the shop lists: names and sentences, or addresses. */
type Lines = [name: string, text: string][]

/** What became of an order at once: what Closeback was told, and what TikTok took. */
export async function orderStatus(
  order: Order | undefined,
  { url, sandboxUrl }: { url: string; sandboxUrl: string },
): Promise<Lines> {
  if (!order) return [['Order', 'This order is not known: the demo was started anew.']]
  const answered = await fetch(`${sandboxUrl}/_sandbox/events?event_id=${order.eventId ?? 'none'}`)
  const { events } = (await answered.json()) as {
    events: { event: string; value: number; currency: string; merged: number; user_keys: string[] }[]
  }
  const [event] = events
  return [
    ['Click', order.ttclid ?? 'none: nobody clicked the ad before'],
    ['Order', `${order.id}, posted to Closeback as a signed webhook`],
    [
      'TikTok counts',
      event ? `${events.length} ${event.event}, ${event.value} ${event.currency}` : 'nothing yet',
    ],
    ['Under the id', order.eventId ?? 'none'],
    [
      'Copies',
      event?.merged
        ? 'one from the pixel, one from the server, merged'
        : 'one: the pixel and the server did not meet',
    ],
    ['Matched by', event?.user_keys.join(', ') ?? ''],
    ['Why', `npm run -s closeback -- explain ${SOURCE} ${order.id}`],
    ['In the console', `${url}/deals/${SOURCE}/deal:${order.id}`],
  ]
}

/** Where the order stands in the three books, once TikTok was asked for its report again. */
export function booksStatus(report: Reconciliation, url: string): Lines {
  const { event, from, to, book, buckets, reported } = report
  const accepted = buckets.find(({ bucket }) => bucket === 'accepted')?.amount.count ?? 0
  return [
    ['The books', `${book.total.count} orders were won, TikTok accepted ${accepted} of them`],
    [
      'TikTok reports',
      reported
        ? `${reported.count} ${event}${reported.value ? `, ${moneyText(reported.value)}` : ''}`
        : 'nothing',
    ],
    ['Reconciled', verdict(report)],
    ['As a picture', `${url}/reconciliation?from=${from}&to=${to}`],
  ]
}
