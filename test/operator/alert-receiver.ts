import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { AlertMessage } from '../../server/alerts/message.ts'

export interface Posted {
  headers: IncomingHttpHeaders
  body: string
  message: AlertMessage
}

/** Somebody's chat: takes what is posted, or answers with another status. */
export async function alertReceiver() {
  const posted: Posted[] = []
  const receiver = { url: '', posted, status: 200, take: () => posted.splice(0), close: async () => {} }
  const server = createServer(async (req, res) => {
    let body = ''
    for await (const chunk of req) body += chunk
    posted.push({ headers: req.headers, body, message: JSON.parse(body) as AlertMessage })
    res.writeHead(receiver.status).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  receiver.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/services/T0/B0`
  receiver.close = async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
  return receiver
}
