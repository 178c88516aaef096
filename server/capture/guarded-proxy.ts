import { createServer } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { allowedUrl, type GuardOptions, guardedLookup } from '../guarded-request.ts'

/** A proxy that a browser is put behind: whatever a page asks for, nothing but public https is reached. */
export interface GuardedProxy {
  /** `http://127.0.0.1:…` */
  url: string
  close(): void
}

/**
 * Takes CONNECT to port 443 of public addresses. The address that is looked at is the one that is connected to, so a name
 * that answers differently the second time gains nothing; all else is refused with 403.
 */
export async function startGuardedProxy(options: GuardOptions): Promise<GuardedProxy> {
  const server = createServer((_req, res) => void res.writeHead(403).end())
  server.on('connect', (req, client, head) => {
    client.on('error', () => client.destroy())
    const refuse = () => client.end('HTTP/1.1 403 Forbidden\r\n\r\n')
    let hostname: string
    try {
      const target = allowedUrl(`https://${req.url}`, options)
      if (target.port !== '') return refuse()
      hostname = target.hostname
    } catch {
      return refuse()
    }
    const there = connect({
      host: hostname.replace(/^\[|\]$/g, ''),
      port: 443,
      lookup: guardedLookup(options),
    })
    there.once('error', refuse)
    there.once('connect', () => {
      there.off('error', refuse).on('error', () => client.destroy())
      client.write('HTTP/1.1 200 OK\r\n\r\n')
      if (head.length > 0) there.write(head)
      there.pipe(client).pipe(there)
    })
    client.once('close', () => there.destroy())
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      server.closeAllConnections()
      server.close()
    },
  }
}
