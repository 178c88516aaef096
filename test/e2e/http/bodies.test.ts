import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventually } from './eventually.ts'
import { rawConnection, statusOf } from './raw.ts'
import { item, post, type Rig, signed, startRig } from './rig.ts'

const MB = 1_000_000

describe('bodies nobody should send', () => {
  let rig: Rig
  beforeAll(async () => {
    rig = await startRig()
  })
  afterAll(() => rig.end())

  const head = (headers: Record<string, string>, path = '/hooks/webhook/shop-crm') =>
    `POST ${path} HTTP/1.1\r\nhost: x\r\n${Object.entries(headers)
      .map(([name, value]) => `${name}: ${value}\r\n`)
      .join('')}\r\n`

  it('takes a signed body of almost 10 MB, and answers 413 past it', async () => {
    const fitting = JSON.stringify(item({ note: 'x'.repeat(9 * MB) }))
    expect([202, 400]).toContain((await post(rig.url, fitting)).status)
    for (const size of [10 * MB + 1, 15 * MB]) {
      expect((await post(rig.url, Buffer.alloc(size, 32))).status).toBe(413)
    }
  })

  it('answers 413 to endless chunks, closes, and does not grow', async () => {
    const before = process.memoryUsage().rss
    const { socket, closed } = await rawConnection(rig.url)
    socket.on('error', () => {})
    socket.write(head({ ...signed('x'), 'transfer-encoding': 'chunked' }))
    const chunk = Buffer.concat([Buffer.from('40000\r\n'), Buffer.alloc(0x40000, 32), Buffer.from('\r\n')])
    const send = () => {
      while (socket.writable && socket.write(chunk)) {}
    }
    socket.on('drain', send)
    send()
    expect(statusOf(await closed)).toBe(413)
    expect(process.memoryUsage().rss - before).toBeLessThan(300 * MB)
  })

  it('answers 415 to a gzip bomb without opening it', async () => {
    const bomb = gzipSync(Buffer.alloc(200 * MB))
    const answer = await post(rig.url, bomb, { headers: { 'content-encoding': 'gzip' } })
    expect(answer.status).toBe(415)
  })

  it('forgets a sender that goes away in the middle of its body', async () => {
    const { socket, closed, heard } = await rawConnection(rig.url)
    socket.write(head({ ...signed('x'), 'content-length': '1000' }))
    socket.write('{"id":')
    socket.end()
    await closed
    expect([0, 400]).toContain(statusOf(heard()))
    await eventually(() => expect(rig.logged.join('')).toContain('sender_gone'))
    expect((await post(rig.url, item())).status).toBe(202)
  })

  it('answers 400 to a length and chunks at once, to two lengths, and to a body longer than it says', async () => {
    for (const headers of [
      { 'content-length': '5', 'transfer-encoding': 'chunked' },
      { 'content-length': '5, 6' },
      { 'content-length': '-1' },
    ]) {
      const { socket, closed } = await rawConnection(rig.url)
      socket.end(`${head(headers)}{"id"`)
      expect(statusOf(await closed)).toBe(400)
    }
    const { socket, closed } = await rawConnection(rig.url)
    const body = JSON.stringify(item())
    socket.end(`${head({ ...signed(body), 'content-length': String(body.length - 5) })}${body}`)
    // Whichever comes first: the signature that does not fit, or the rest that is no request.
    expect([400, 401]).toContain(statusOf(await closed))
  })

  it('answers 400 to what is not UTF-8, not JSON, or nested 500,000 deep', async () => {
    const deep = `${'['.repeat(500_000)}${']'.repeat(500_000)}`
    for (const body of [Buffer.from([0x22, 0xc3, 0x28, 0x22]), '{"id":', 'null', '', deep]) {
      expect((await post(rig.url, body)).status).toBe(400)
    }
  })

  it('answers 431 to headers without end', async () => {
    const { socket, closed } = await rawConnection(rig.url)
    socket.on('error', () => {})
    socket.write(`GET /healthz HTTP/1.1\r\nhost: x\r\nx-long: ${'y'.repeat(64 * 1024)}\r\n\r\n`)
    expect(statusOf(await closed)).toBe(431)
  })

  it('still writes after all of it', async () => {
    expect((await post(rig.url, item())).json).toMatchObject({ received: 1 })
  })
})
