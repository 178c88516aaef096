import { readFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { cycle } from '../../core/pipeline/cycle.ts'
import { readBody } from '../body.ts'
import type { Closeback } from '../compose.ts'
import { postSigned, SOURCE } from './post-signed.ts'
import { type Order, readOrder } from './shop-order.ts'

/** The pages stand at the same place in a checkout and in the package. */
const PAGES = new URL('../../fixtures/shop/', import.meta.url)
/** The pixel of the demo's only event set. */
const PIXEL_CODE = 'C4AAAAAAAAAAAAAAAAAA'
const MAX_BODY_BYTES = 100_000

export interface Shop {
  url: string
  close(): Promise<void>
}

export interface ShopOptions {
  closeback: Closeback
  /** Where the demo's host listens. */
  url: string
  /** Signs what the shop's system posts. */
  secret: string
  sandboxUrl: string
  now: () => number
}

/** A shop with an ad, three pages and a checkout, whose orders go the way those of a real one would. */
export async function startShop({ closeback, url, secret, sandboxUrl, now }: ShopOptions): Promise<Shop> {
  const orders = new Map<string, Order>()

  async function answer(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(req.url ?? '/', 'http://shop')
    if (req.method === 'POST' && pathname === '/pixel') return pixel(await bodyOf(req), res)
    if (req.method === 'POST' && pathname === '/order') return take(req, res)
    if (pathname === '/status')
      return sendJson(res, await status(orders.get(searchParams.get('order') ?? '')))
    const name = /^\/(style\.css)?$|^\/(landing|kettle|checkout|thanks)$/.exec(pathname)
    if (!name) return void res.writeHead(404).end()
    if (name[1]) return send(res, 'text/css', await readFile(new URL(name[1], PAGES), 'utf8'))
    const page = await readFile(new URL(`${name[2] ?? 'index'}.html`, PAGES), 'utf8')
    send(res, 'text/html', page.replaceAll('{{capture}}', `${url}/capture.js`))
  }

  /** What the browser's pixel would send to TikTok itself. */
  async function pixel(body: string, res: ServerResponse): Promise<void> {
    const { status } = await fetch(`${sandboxUrl}/_sandbox/pixel`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ...JSON.parse(body), pixel_code: PIXEL_CODE }),
    })
    res.writeHead(status < 400 ? 204 : 400).end()
  }

  async function take(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const form = new URLSearchParams(await bodyOf(req))
    const { order, item } = readOrder(form, { userAgent: req.headers['user-agent'] ?? '', now: now() })
    orders.set(order.id, order)
    await postSigned({ url, secret }, [item], now())
    // The story's host pushes when it is told, not every two minutes.
    await cycle({ ...closeback.pipeline, jitter: () => Promise.resolve() })
    res.writeHead(303, { location: `/thanks?order=${order.id}` }).end()
  }

  /** What became of an order, as names and sentences. */
  async function status(order: Order | undefined): Promise<[string, string][]> {
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
    ]
  }

  const server = createServer((req, res) => {
    answer(req, res).catch((error: unknown) => {
      if (!res.headersSent) res.writeHead(500, { 'content-type': 'text/plain' })
      res.end(error instanceof Error ? error.message : 'failed')
    })
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      server.closeAllConnections()
      return new Promise((done) => server.close(() => done()))
    },
  }
}

async function bodyOf(req: IncomingMessage): Promise<string> {
  return (await readBody(req, MAX_BODY_BYTES)).toString('utf8')
}

function send(res: ServerResponse, type: string, body: string): void {
  res.writeHead(200, { 'content-type': `${type}; charset=utf-8`, 'cache-control': 'no-store' }).end(body)
}

function sendJson(res: ServerResponse, body: unknown): void {
  send(res, 'application/json', JSON.stringify(body))
}
