import { connect } from 'node:net'
import { purchase, SOURCE_ID } from './samples.ts'

/** One endless body with so many events, over IPC. */
export interface StreamOrder {
  /** Origin of the server. */
  url: string
  /** A sender's key of the source. */
  key: string
  events: number
  /** Ends the stream after this long even when events are left. */
  limitMs: number
  /** Number of the first event. */
  from: number
}

export interface StreamReport {
  /** Counts of the last line of the answer. */
  received: number
  duplicates: number
  done: boolean
  /** Lines of the answer. */
  answers: number
  /** From the first byte sent to the last line, ms. */
  elapsedMs: number
}

/** Events of one chunk of the body. */
const CHUNK = 100

if (process.send) {
  process.on('message', (order: StreamOrder) => {
    void send(order).then((report) => process.send?.(report))
  })
}

async function send({ url, key, events, limitMs, from }: StreamOrder): Promise<StreamReport> {
  const { hostname, port, host } = new URL(url)
  const socket = connect({ host: hostname, port: Number(port), noDelay: true })
  let text = ''
  let last = ''
  let answers = 0
  socket.on('data', (bytes) => {
    const lines = (text + bytes.toString('utf8')).split('\n')
    text = lines.pop() ?? ''
    for (const line of lines) {
      if (!line.startsWith('{')) continue
      last = line
      answers++
    }
    if (last.includes('"done"')) socket.destroy()
  })
  const closed = new Promise((resolve) => socket.once('close', resolve))
  const startedAt = performance.now()
  const head = [
    `POST /hooks/webhook/${SOURCE_ID} HTTP/1.1`,
    `host: ${host}`,
    `authorization: Bearer ${key}`,
    'content-type: application/x-ndjson',
    'transfer-encoding: chunked',
  ]
  socket.write(`${head.join('\r\n')}\r\n\r\n`)
  const occurredAt = new Date(Date.now() - 60_000)
  for (let at = 0; at < events && performance.now() - startedAt < limitMs && !socket.destroyed; at += CHUNK) {
    let lines = ''
    for (let number = from + at; number < from + Math.min(at + CHUNK, events); number++) {
      lines += `${JSON.stringify(purchase(number, 'e164', occurredAt))}\n`
    }
    const isFull = !socket.write(`${Buffer.byteLength(lines).toString(16)}\r\n${lines}\r\n`)
    if (isFull) await new Promise((resolve) => socket.once('drain', resolve).once('close', resolve))
  }
  socket.write('0\r\n\r\n')
  await closed
  const { received = 0, duplicates = 0, done = false } = JSON.parse(last || '{}')
  return { received, duplicates, done, answers, elapsedMs: performance.now() - startedAt }
}
