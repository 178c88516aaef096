import { readFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Reconciliation } from '../../core/model/reconciliation.ts'
import { cycle } from '../../core/pipeline/cycle.ts'
import { readBody } from '../body.ts'
import type { Closeback } from '../compose.ts'
import { booksStatus, orderStatus } from './order-status.ts'
import { postSigned } from './post-signed.ts'
import { AD } from './reconciliation.ts'
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
  /** Pulls what TikTok reports by now, and holds it against the ledger. */
  reconcile: () => Promise<Reconciliation>
}

/** A shop with an ad, three pages and a checkout, whose orders go the way those of a real one would. */
export async function startShop(options: ShopOptions): Promise<Shop> {
  const { closeback, url, secret, sandboxUrl, now, reconcile } = options
  const orders = new Map<string, Order>()

  async function answer(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(req.url ?? '/', 'http://shop')
    if (req.method === 'POST' && pathname === '/pixel') return pixel(await bodyOf(req), res)
    if (req.method === 'POST' && pathname === '/order') return take(req, res)
    if (req.method === 'POST' && pathname === '/click') return click(await bodyOf(req), res)
    if (pathname === '/status')
      return sendJson(
        res,
        await orderStatus(orders.get(searchParams.get('order') ?? ''), { url, sandboxUrl }),
      )
    if (pathname === '/books') return sendJson(res, booksStatus(await reconcile(), url))
    const name = /^\/(style\.css)?$|^\/(landing|kettle|checkout|thanks)$/.exec(pathname)
    if (!name) return void res.writeHead(404).end()
    if (name[1]) return send(res, 'text/css', await readFile(new URL(name[1], PAGES), 'utf8'))
    const page = await readFile(new URL(`${name[2] ?? 'index'}.html`, PAGES), 'utf8')
    send(res, 'text/html', page.replaceAll('{{capture}}', `${url}/capture.js`))
  }

  /** Of its own ads TikTok knows who clicked. */
  async function click(ttclid: string, res: ServerResponse): Promise<void> {
    await answerWith(res, 'ads', { clicks: [{ adId: AD.id, at: now(), ttclid }] })
  }

  /** What the browser's pixel would send to TikTok itself. */
  async function pixel(body: string, res: ServerResponse): Promise<void> {
    await answerWith(res, 'pixel', { ...JSON.parse(body), pixel_code: PIXEL_CODE })
  }

  async function answerWith(res: ServerResponse, what: string, said: object): Promise<void> {
    const { status } = await tellTikTok('POST', what, said)
    res.writeHead(status < 400 ? 204 : 400).end()
  }

  function tellTikTok(method: string, what: string, said: object): Promise<Response> {
    const headers = { 'content-type': 'application/json' }
    return fetch(`${sandboxUrl}/_sandbox/${what}`, { method, headers, body: JSON.stringify(said) })
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

  const server = createServer((req, res) => {
    answer(req, res).catch((error: unknown) => {
      if (!res.headersSent) res.writeHead(500, { 'content-type': 'text/plain' })
      res.end(error instanceof Error ? error.message : 'failed')
    })
  })
  // Nobody who clicks through a shop waits half an hour for a report.
  await tellTikTok('PUT', 'switches', { 'report.visibleAfter': 'at once' })
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
