import { createHmac } from 'node:crypto'
import { connect } from 'node:net'
import { purchase, SIGNING_SECRET, SOURCE_ID } from './samples.ts'

/** What the generator is asked to send, over IPC. */
export interface LoadOrder {
  /** Origin of the server. */
  url: string
  connections: number
  /** Requests made and signed before the first is sent. */
  requests: number
  /** 0: one object a request; else an array of so many. */
  items: number
  /** Stops after this long even when requests are left. */
  limitMs: number
  /** Number of the first event: no two orders may share events, or they would be duplicates. */
  from: number
}

export interface LoadReport {
  /** Requests answered with 202. */
  accepted: number
  /** Any other answer, by status. */
  others: Record<string, number>
  /** From the first byte sent to the last answer, ms. */
  elapsedMs: number
  /** Of single requests, ms. */
  p50: number
  p99: number
}

if (process.send) {
  process.on('message', (order: LoadOrder) => {
    void send(order).then((report) => process.send?.(report))
  })
}

async function send(order: LoadOrder): Promise<LoadReport> {
  const { hostname, port } = new URL(order.url)
  const requests = Array.from({ length: order.requests }, (_, at) => signed(order, at))
  const report: LoadReport = { accepted: 0, others: {}, elapsedMs: 0, p50: 0, p99: 0 }
  const took: number[] = []
  let next = 0
  const startedAt = performance.now()
  const stopsAt = startedAt + order.limitMs
  await Promise.all(
    Array.from({ length: order.connections }, () =>
      drive(hostname, Number(port), {
        take: () => (performance.now() < stopsAt ? requests[next++] : undefined),
        note(status, ms) {
          took.push(ms)
          if (status === '202') report.accepted++
          else report.others[status] = (report.others[status] ?? 0) + 1
        },
      }),
    ),
  )
  report.elapsedMs = performance.now() - startedAt
  took.sort((a, b) => a - b)
  report.p50 = took[Math.floor(took.length * 0.5)] ?? 0
  report.p99 = took[Math.floor(took.length * 0.99)] ?? 0
  return report
}

/** One keep-alive connection: the next request leaves when the answer to the last one is whole. */
function drive(
  host: string,
  port: number,
  work: { take(): Buffer | undefined; note(status: string, ms: number): void },
): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, noDelay: true })
    let sentAt = 0
    let got = ''
    const advance = () => {
      const request = work.take()
      if (request === undefined) {
        socket.end()
        resolve()
        return
      }
      sentAt = performance.now()
      socket.write(request)
    }
    socket.once('connect', advance)
    socket.on('error', reject)
    socket.on('data', (chunk) => {
      got += chunk.toString('latin1')
      const head = got.indexOf('\r\n\r\n')
      if (head < 0) return
      const length = /content-length: *(\d+)/i.exec(got)?.[1]
      if (length === undefined) {
        reject(new Error(`an answer without content-length: ${got.slice(0, 200)}`))
        return
      }
      if (got.length < head + 4 + Number(length)) return
      const status = got.slice(9, 12)
      got = ''
      work.note(status, performance.now() - sentAt)
      advance()
    })
  })
}

/** A whole HTTP request, signed as Standard Webhooks asks. */
function signed({ url, items, from }: LoadOrder, at: number): Buffer {
  const occurredAt = new Date(Date.now() - 60_000)
  const one = (number: number) => purchase(number, 'e164', occurredAt)
  const body = Buffer.from(
    JSON.stringify(
      items === 0
        ? one(from + at)
        : Array.from({ length: items }, (_, index) => one(from + at * items + index)),
    ),
  )
  const id = `msg_${from + at}`
  const timestamp = Math.floor(Date.now() / 1000)
  const key = Buffer.from(SIGNING_SECRET.slice('whsec_'.length), 'base64')
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest('base64')
  const head = [
    `POST /hooks/webhook/${SOURCE_ID} HTTP/1.1`,
    `host: ${new URL(url).host}`,
    'content-type: application/json',
    `content-length: ${body.length}`,
    `webhook-id: ${id}`,
    `webhook-timestamp: ${timestamp}`,
    `webhook-signature: v1,${signature}`,
  ]
  return Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`), body])
}
