import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { NothingReceived, ProblemShape, Received } from '../../../server/openapi/shapes.ts'
import { item, post, type Rig, SECRET, startRig } from './rig.ts'

describe('the webhook route', () => {
  let rig: Rig
  beforeAll(async () => {
    rig = await startRig()
  })
  afterAll(() => rig.end())

  const stored = async () => {
    const { n } = await rig.closeback.ledger.db
      .selectFrom('inbox')
      .select((e) => e.fn.countAll<number>().as('n'))
      .executeTakeFirstOrThrow()
    return n
  }

  it('answers 202 with one result an item', async () => {
    const [one, two] = [item(), item()]
    const answer = await post(rig.url, [one, two])
    expect(answer.status).toBe(202)
    expect(Received.parse(answer.json)).toEqual(answer.json)
    expect(answer.json).toEqual({
      received: 2,
      duplicates: 0,
      conflicts: 0,
      invalid: 0,
      results: [
        { id: one.id, index: 0, status: 'received' },
        { id: two.id, index: 1, status: 'received' },
      ],
    })
  })

  it('answers 202 to what it knows: duplicate with the same content, conflict with other content', async () => {
    const said = item()
    await post(rig.url, said)
    expect((await post(rig.url, said)).json).toMatchObject({ received: 0, duplicates: 1 })
    const changed = await post(rig.url, { ...said, amount: '1.00' })
    expect(changed.status).toBe(202)
    expect(changed.json).toMatchObject({ received: 0, conflicts: 1 })
  })

  it('answers 207 when some items cannot be read, and keeps the others', async () => {
    const answer = await post(rig.url, [item(), item({ amount: 'NaN', occurredAt: 'yesterday' })])
    expect(answer.status).toBe(207)
    expect(Received.parse(answer.json)).toEqual(answer.json)
    expect(answer.json).toMatchObject({ received: 1, invalid: 1 })
    const [, bad] = answer.json.results as { errors: unknown[] }[]
    expect(bad?.errors.length).toBeGreaterThanOrEqual(2)
  })

  it('answers 400 as a problem with the same members when no item can be read', async () => {
    const before = await stored()
    const answer = await post(rig.url, [item({ stage: null }), 'no item'])
    expect(answer.status).toBe(400)
    expect(answer.type).toBe('application/problem+json')
    expect(NothingReceived.parse(answer.json)).toEqual(answer.json)
    expect(answer.json).toMatchObject({ received: 0, invalid: 2, status: 400 })
    expect(await stored()).toBe(before)
  })

  it('takes one object a line', async () => {
    const lines = [item(), item(), item()].map((each) => JSON.stringify(each)).join('\n')
    const answer = await post(rig.url, lines, { sign: { type: 'application/x-ndjson' } })
    expect(answer.json).toMatchObject({ received: 3 })
  })

  it('answers 401 to what it cannot trust, and keeps nothing', async () => {
    const before = await stored()
    const other = `whsec_${Buffer.from('the secret of another source....').toString('base64')}`
    for (const sign of [{ secret: other }, { at: Date.now() - 600_000 }, { at: Date.now() + 600_000 }]) {
      const answer = await post(rig.url, item(), { sign })
      expect(answer.status).toBe(401)
      expect(ProblemShape.parse(answer.json)).toEqual(answer.json)
    }
    for (const headers of [
      { 'webhook-signature': '' },
      { 'webhook-timestamp': 'NaN' },
      { 'webhook-id': 'other' },
    ]) {
      expect((await post(rig.url, item(), { headers })).status).toBe(401)
    }
    expect(await stored()).toBe(before)
  })

  it('refuses a signature with any bit flipped', async () => {
    const body = JSON.stringify(item())
    const { signed } = await import('./rig.ts')
    const headers = signed(body)
    const mac = Buffer.from(headers['webhook-signature']?.slice(3) ?? '', 'base64')
    for (let bit = 0; bit < mac.length * 8; bit += 7) {
      const flipped = Buffer.from(mac)
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      const over = { headers: { ...headers, 'webhook-signature': `v1,${flipped.toString('base64')}` } }
      expect((await post(rig.url, body, over)).status).toBe(401)
    }
    expect((await post(rig.url, body, { headers })).json).toMatchObject({ received: 1 })
    // Byte-identical and inside the window: known, and no second row.
    expect((await post(rig.url, body, { headers })).json).toMatchObject({ duplicates: 1 })
  })

  it('keeps one row of fifty copies that arrive at once', async () => {
    const said = item()
    const before = await stored()
    const answers = await Promise.all(Array.from({ length: 50 }, () => post(rig.url, said)))
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]))
    expect(answers.filter(({ json }) => json.received === 1)).toHaveLength(1)
    expect(await stored()).toBe(before + 1)
  })

  it('answers 404 for a source that is not there, and 415 without a usable content type', async () => {
    expect((await post(rig.url, item(), { source: 'nobody' })).status).toBe(404)
    for (const type of ['text/plain', '', 'application/json; charset=latin1']) {
      expect((await post(rig.url, item(), { headers: { 'content-type': type } })).status).toBe(415)
    }
    for (const encoding of ['gzip', 'br', 'deflate', 'gzip, identity']) {
      const answer = await post(rig.url, item(), { headers: { 'content-encoding': encoding } })
      expect(answer.status).toBe(415)
    }
  })

  it('answers 503 with Retry-After when the inbox cannot commit, and takes the same request afterwards', async () => {
    const said = [item(), item()]
    const { inbox } = rig.closeback
    const full = vi.spyOn(inbox, 'add').mockRejectedValueOnce(new Error('database or disk is full'))
    const answer = await post(rig.url, said)
    full.mockRestore()
    expect(answer.status).toBe(503)
    expect(answer.headers.get('retry-after')).toMatch(/^\d+$/)
    expect(ProblemShape.parse(answer.json)).toEqual(answer.json)
    const again = await post(rig.url, said)
    expect(again.status).toBe(202)
    expect((again.json.received as number) + (again.json.duplicates as number)).toBe(2)
  })

  it('signs nothing with what Object.prototype lends', async () => {
    const odd = '{"__proto__":{"id":"evt_x"},"constructor":{"prototype":{}},"toString":1}'
    const answer = await post(rig.url, odd)
    expect(answer.status).toBe(400)
    expect(({} as Record<string, unknown>).id).toBeUndefined()
    expect((await post(rig.url, item(), { source: '__proto__' })).status).toBe(404)
    expect((await post(rig.url, item(), { source: 'constructor' })).status).toBe(404)
  })

  it('takes both secrets while one is rotated', async () => {
    expect((await post(rig.url, item(), { sign: { secret: SECRET } })).status).toBe(202)
  })
})
