import { request as httpRequest } from 'node:http'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { GroupAnswer, LastAnswer } from '../../../server/openapi/shapes.ts'
import { ask } from './ask.ts'
import { eventually } from './eventually.ts'
import { rawConnection, statusOf } from './raw.ts'
import { item, post, type Rig, startRig } from './rig.ts'

/** Fields that take no list. */
const FIELDS = [
  'record',
  'stage',
  'previousStage',
  'occurredAt',
  'amount',
  'currency',
  'orderId',
  'contact',
].concat(['click', 'utm', 'pageUrl', 'referrer', 'leadId', 'eventId', 'eventName', 'consent', 'fields'])

// biome-ignore lint/suspicious/noExplicitAny: what a test reads of an answer line is what it asserts
type AnswerLine = any

describe('a stream of lines', () => {
  let rig: Rig
  let key = ''
  beforeAll(async () => {
    rig = await startRig({ limits: { streamIdleTimeout: 1500, maxStreams: 3, requestTimeout: 2500 } })
    key = await rig.key('sender', 'shop-crm')
  })
  afterAll(() => rig.end())

  /** Opens a stream; lines are heard as they come. */
  function open(over: { headers?: Record<string, string>; source?: string; read?: boolean } = {}) {
    const { hostname, port } = new URL(rig.url)
    const req = httpRequest({
      host: hostname,
      port,
      method: 'POST',
      path: `/hooks/webhook/${over.source ?? 'shop-crm'}`,
      headers: {
        authorization: `Bearer ${key}`,
        'content-type': 'application/x-ndjson',
        'transfer-encoding': 'chunked',
        ...over.headers,
      },
    })
    const state = { text: '', status: 0, ingest: '', ended: false }
    req.on('error', () => {})
    req.on('response', (res) => {
      state.status = res.statusCode ?? 0
      state.ingest = String(res.headers['closeback-ingest'] ?? '')
      if (over.read === false) return
      res.setEncoding('utf8')
      res.on('data', (chunk: string) => {
        state.text += chunk
      })
      res.on('close', () => {
        state.ended = true
      })
      res.on('error', () => {})
    })
    req.flushHeaders()
    const lines = (): AnswerLine[] =>
      state.text
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line))
    return { req, state, lines, last: () => lines().at(-1) }
  }

  const rows = async (source = 'shop-crm') => {
    const found = await rig.closeback.ledger.db
      .selectFrom('inbox')
      .select('key')
      .where('source_id', '=', source)
      .execute()
    return found.map(({ key: name }) => name)
  }
  const line = (over: Record<string, unknown> = {}) => `${JSON.stringify(item(over))}\n`
  const sum = (lines: AnswerLine[], name: string) =>
    lines.filter((each) => 'group' in each).reduce((total, each) => total + each[name], 0)

  it('answers each group when it is on disk, and ends with the totals', async () => {
    const { req, state, lines, last } = open()
    const first = Array.from({ length: 300 }, () => line())
    req.write(first.join(''))
    await eventually(() => expect(sum(lines(), 'received')).toBe(300))
    expect(await rows()).toHaveLength(300)
    req.end(line() + first[0])
    await eventually(() => expect(last()).toMatchObject({ done: true }))
    expect(state.status).toBe(202)
    const [head, ...rest] = lines()
    expect(head.ingest).toBe(state.ingest)
    for (const each of rest) expect(each).not.toHaveProperty('ingest')
    for (const each of lines().slice(0, -1)) expect(GroupAnswer.parse(each)).toEqual(each)
    expect(LastAnswer.parse(last())).toEqual(last())
    expect(last()).toMatchObject({ received: 301, duplicates: 1, lines: 302 })
    expect(lines().length).toBeGreaterThanOrEqual(4)
    const { json } = await ask(rig.url, `GET /ingests/${state.ingest}`, { key })
    expect(json).toMatchObject({ source: 'shop-crm', state: 'done', received: 301, lines: 302, error: null })
  })

  it('names every line that cannot be read, and keeps the others', async () => {
    const { req, last, lines } = open()
    req.write(line())
    req.write('{"id":\n\n  \n')
    req.write(Buffer.concat([Buffer.from('{"id":"'), Buffer.from([0xc3, 0x28]), Buffer.from('"}\n')]))
    req.write(line({ amount: 'NaN' }))
    req.write(`{"id":"${'x'.repeat(1_200_000)}"}\n`)
    req.end(line().trimEnd())
    await eventually(() => expect(last()).toMatchObject({ done: true }))
    expect(last()).toMatchObject({ received: 2, invalid: 4, lines: 8 })
    const errors = lines().flatMap((each) => each.firstErrors ?? [])
    expect(errors.map((each) => each.line)).toEqual([2, 5, 6, 7])
    expect(errors.map((each) => each.errors[0].message).join()).toMatch(
      /line 2 is not JSON,line 5 is not valid UTF-8,.*,line 7 is longer than 1 MB/,
    )
    for (const each of errors) expect(JSON.stringify(each)).not.toContain('NaN')
  })

  it('cut at any byte keeps whole lines only; sent again from behind the last answer, nothing is lost or doubled', async () => {
    const said = Array.from({ length: 3 }, () => ({
      ...item(),
      contact: { city: 'Zürich' },
    }))
    const body = Buffer.from(`${said.map((each) => JSON.stringify(each)).join('\n')}\n`)
    const stride = process.env.CLOSEBACK_LONG ? 1 : 9
    const ends = said.map((_, at) =>
      Buffer.byteLength(
        said
          .slice(0, at + 1)
          .map((each) => `${JSON.stringify(each)}\n`)
          .join(''),
      ),
    )
    const cuts = Array.from({ length: body.length + 1 }, (_, at) => at).filter(
      (at) => at % stride === 0 || ends.some((end) => Math.abs(at - end) <= 1),
    )
    await post(rig.url, said)
    const before = await rows()
    for (const cut of cuts) {
      const { socket, closed, heard } = await rawConnection(rig.url)
      socket.on('error', () => {})
      socket.write(
        `POST /hooks/webhook/shop-crm HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${key}\r\ncontent-type: application/x-ndjson\r\ncontent-length: ${body.length}\r\n\r\n`,
      )
      socket.write(body.subarray(0, cut))
      const whole = ends.filter((end) => end <= cut).length
      await vi.waitFor(() => expect(answered(heard()).at(-1)?.lines ?? 0).toBe(whole), { timeout: 10_000 })
      socket.destroy()
      await closed
      // From behind the last line that was answered.
      const again = open()
      again.req.end(body.subarray(ends[whole - 1] ?? 0))
      await eventually(() => expect(again.last()).toMatchObject({ done: true }))
      expect(again.last()).toMatchObject({ received: 0, duplicates: 3 - whole, conflicts: 0, invalid: 0 })
    }
    expect(await rows()).toEqual(before)
  })

  function answered(text: string): AnswerLine[] {
    return [...text.matchAll(/^(\{.*\})\r?$/gm)].map(([, found]) => JSON.parse(found ?? ''))
  }

  it('is gone when its sender goes away in the middle of a line', async () => {
    const { req, state, last } = open()
    req.write(line())
    await eventually(() => expect(last()).toMatchObject({ received: 1 }))
    req.write('{"id":"half')
    req.destroy()
    await eventually(async () => {
      const { json } = await ask(rig.url, `GET /ingests/${state.ingest}`, { key })
      expect(json).toMatchObject({ state: 'gone', lines: 1, received: 1, error: null })
    })
  })

  it('answers all of it to a sender that closes its half behind the last byte', async () => {
    const { socket, closed } = await rawConnection(rig.url)
    const body = line() + line()
    socket.end(
      `POST /hooks/webhook/shop-crm HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${key}\r\ncontent-type: application/x-ndjson\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
    )
    expect(answered(await closed).at(-1)).toMatchObject({ done: true, received: 2 })
  })

  it('outlives the deadline of other bodies, and ends when nothing comes for a while', async () => {
    const { req, state, last } = open()
    // Longer than the deadline of any other body; a blank line is enough to be heard.
    for (let at = 0; at < 6; at++) {
      req.write(at === 0 ? line() : '\n')
      await new Promise((resolve) => setTimeout(resolve, 500))
    }
    expect(last()).toMatchObject({ lines: 6 })
    await eventually(() => expect(last()).toMatchObject({ done: false, received: 1 }))
    expect(last().error.message).toMatch(/Nothing came/)
    await eventually(() => expect(state.ended).toBe(true))
    const { json } = await ask(rig.url, `GET /ingests/${state.ingest}`, { key })
    expect(json.state).toBe('gone')
  })

  it('is read on while nobody reads its answer, which is merged', async () => {
    const { hostname, port } = new URL(rig.url)
    const { socket, heard } = await rawConnection(`http://${hostname}:${port}`)
    socket.on('error', () => {})
    socket.pause()
    socket.write(
      `POST /hooks/webhook/shop-crm HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${key}\r\ncontent-type: application/x-ndjson\r\ntransfer-encoding: chunked\r\n\r\n`,
    )
    // Each group of 256 lines is answered by 10 lines with many problems each.
    const bulky = JSON.stringify({ ...Object.fromEntries(FIELDS.map((name) => [name, []])), id: 'x' })
    const chunk = `${bulky}\n`.repeat(10) + 'x\n'.repeat(246)
    const frame = `${chunk.length.toString(16)}\r\n${chunk}\r\n`
    const groups = 800
    for (let at = 0; at < groups; at++) if (!socket.write(frame)) await once(socket)
    socket.write('0\r\n\r\n')
    const newest = async () => {
      const { json } = await ask(rig.url, 'GET /ingests?limit=1', { key })
      return json.ingests[0]
    }
    // All of it was read, and the sender has not read a byte.
    await vi.waitFor(async () => expect(await newest()).toMatchObject({ state: 'done' }), {
      timeout: 60_000,
      interval: 200,
    })
    expect((await newest()).lines).toBe(256 * groups)
    socket.resume()
    await eventually(() => expect(answered(heard()).at(-1)).toMatchObject({ done: true }))
    const lines = answered(heard())
    expect(sum(lines, 'invalid')).toBe(256 * groups)
    expect(lines.length - 1).toBeLessThan(lines.at(-1).groups)
    socket.destroy()
  }, 90_000)

  function once(socket: { once(name: string, done: () => void): unknown }): Promise<void> {
    return new Promise((resolve) => socket.once('drain', resolve))
  }

  it('ends with an error when a group cannot be stored, and takes it again later', async () => {
    const broken = vi
      .spyOn(rig.closeback.pipeline.ledger, 'transaction')
      .mockRejectedValue(new Error('database or disk is full'))
    const said = line()
    const { req, state, last } = open()
    req.write(said)
    await eventually(() => expect(last()).toMatchObject({ done: false, error: { code: 'unavailable' } }))
    broken.mockRestore()
    const { json } = await ask(rig.url, `GET /ingests/${state.ingest}`, { key })
    expect(json).toMatchObject({ state: 'failed', received: 0 })
    expect(json.error).toContain('could not be stored')
    const again = open()
    again.req.end(said)
    await eventually(() => expect(again.last()).toMatchObject({ done: true, received: 1 }))
  })

  it('ends when its key does', async () => {
    const owner = await rig.key('owner')
    const made = await ask(rig.url, 'POST /api-keys', {
      key: owner,
      body: { role: 'sender', source: 'shop-crm' },
    })
    const { req, last } = open({ headers: { authorization: `Bearer ${made.json.key}` } })
    req.write(line())
    await eventually(() => expect(last()).toMatchObject({ received: 1 }))
    await ask(rig.url, `DELETE /api-keys/${made.json.id}`, { key: owner })
    const before = await rows()
    req.write(line())
    await eventually(() => expect(last()).toMatchObject({ done: false, error: { code: 'unauthorized' } }))
    expect(await rows()).toEqual(before)
  })

  it('is refused past the number of streams at once', async () => {
    const streams = [open(), open(), open()]
    await eventually(() => expect(streams.map(({ state }) => state.status)).toEqual([202, 202, 202]))
    const fourth = open()
    await eventually(() => expect(fourth.state.status).toBe(503))
    for (const { req } of [...streams, fourth]) req.destroy()
  })

  it('is told that the host stops', async () => {
    const other = await startRig()
    const { socket, closed } = await rawConnection(other.url)
    const sender = await other.key('sender', 'shop-crm')
    socket.write(
      `POST /hooks/webhook/shop-crm HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${sender}\r\ncontent-type: application/x-ndjson\r\ncontent-length: 99999\r\n\r\n`,
    )
    await eventually(async () => {
      const rowsThere = await other.closeback.ledger.db.selectFrom('ingests').select('id').execute()
      expect(rowsThere).toHaveLength(1)
    })
    await other.end()
    const text = await closed
    expect(statusOf(text)).toBe(202)
    expect(answered(text).at(-1)).toMatchObject({ done: false, error: { message: 'This host is stopping.' } })
  })

  it('a key opens the hook of its own source, for any body', async () => {
    const call = (source: string, body: string, over: Record<string, string> = {}) =>
      fetch(`${rig.url}/hooks/webhook/${source}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...over },
        body,
      })
    const whole = await call('shop-crm', line())
    expect([whole.status, await whole.json()]).toMatchObject([202, { received: 1 }])
    expect((await call('shop-crm', `[${line()},{}]`)).status).toBe(207)
    expect((await call('shop-crm', '[{}]')).status).toBe(400)
    expect((await call('shop-crm', line(), { 'content-encoding': 'gzip' })).status).toBe(415)
    expect((await call('other-crm', line())).status).toBe(403)
    for (const role of ['owner', 'admin', 'editor', 'viewer'] as const) {
      const other = await rig.key(role)
      expect((await call('shop-crm', line(), { authorization: `Bearer ${other}` })).status).toBe(403)
    }
    const elsewhere = await rig.key('sender', 'other-crm')
    const { json } = await ask(rig.url, 'GET /ingests', { key: elsewhere })
    expect(json.ingests).toEqual([])
    expect((await ask(rig.url, 'GET /ingests/1', { key: elsewhere })).status).toBe(404)
  })
})
