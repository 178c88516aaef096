import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** The demo's shop behind a server that breaks it. */
export interface BrokenShop {
  url: string
  /** How it is broken now: the page that is sent in place of one, by its path. */
  breaks: (path: string, html: string) => string | { redirect: string } | Promise<string>
  /** Paths with their queries that were asked for, oldest first. */
  asked: string[]
  close(): Promise<void>
}

export async function startBrokenShop(shopUrl: string): Promise<BrokenShop> {
  const server = createServer(async (req, res) => {
    const path = req.url ?? '/'
    shop.asked.push(path)
    const answer = await fetch(shopUrl + path)
    const said = await shop.breaks(path.split('?')[0] ?? '', await answer.text())
    if (typeof said !== 'string') return void res.writeHead(302, { location: said.redirect }).end()
    res.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' }).end(said)
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const shop: BrokenShop = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    breaks: (_path, html) => html,
    asked: [],
    close() {
      server.closeAllConnections()
      return new Promise((done) => server.close(() => done()))
    },
  }
  return shop
}
