import { describe, expect, it } from 'vitest'
import { ClosebackError } from '../../../core/model/errors.ts'
import { context, invalidOf, item, payload, receive, SECRET, sign, ticketOf } from './samples.ts'

const ONE = JSON.stringify(item({ id: 'a' }))
const NDJSON = 'application/x-ndjson'

describe('bodies', () => {
  it.each(['deal-won.json', 'deals.json', 'form-submitted.json'])('reads the documented %s', async (name) => {
    const received = await receive(sign(payload(name)))
    expect(received.map((one) => (one.ok ? 'ticket' : one.invalid))).toEqual(received.map(() => 'ticket'))
  })

  it('reads the documented lines', async () => {
    const received = await receive(sign(payload('deals.ndjson'), { type: NDJSON }))
    expect(received.map((one) => one.ok && one.ticket.id)).toEqual(['evt_84', 'evt_85'])
  })

  it.each([
    'application/json',
    'application/json; charset=utf-8',
    'Application/JSON;charset="UTF-8"',
    NDJSON,
    `${NDJSON}; charset=utf8`,
  ])('takes %s', async (type) => {
    expect(await receive(sign(ONE, { type }))).toHaveLength(1)
  })

  it.each([
    '',
    'text/plain',
    'text/json',
    'application/xml',
    'application/json; charset=latin1',
    'multipart/form-data',
  ])('does not take the content type "%s"', async (type) =>
    expect(await failure(sign(ONE, { type }))).toMatchObject({ code: 'unsupported' }),
  )

  it('does not take a missing content type or a compressed body', async () => {
    const request = sign(ONE)
    const { 'content-type': _, ...headers } = request.headers
    expect(await failure({ ...request, headers })).toMatchObject({ code: 'unsupported' })
    for (const encoding of ['gzip', 'br', 'deflate', 'gzip, identity', 'x']) {
      const encoded = { ...request, headers: { ...request.headers, 'content-encoding': encoding } }
      expect(await failure(encoded)).toMatchObject({ code: 'unsupported' })
    }
    const plain = { ...request, headers: { ...request.headers, 'content-encoding': 'identity' } }
    expect(await receive(plain)).toHaveLength(1)
  })

  it('asks for the signature before it looks into the body', async () => {
    const forged = sign('{', { key: Buffer.alloc(32, 1), type: 'text/plain' })
    await expect(receive(forged)).rejects.toThrow(/does not match/)
  })

  it.each(['', ' \n', 'null', '7', '"text"', '{"a":', `${ONE}x`, `[${ONE},]`, '{a:1}', "{'a':1}"])(
    'refuses the body %j as a whole',
    async (body) => expect(await failure(sign(body))).toMatchObject({ code: 'invalid' }),
  )

  it('refuses bytes that are not UTF-8', async () => {
    const latin1 = Buffer.from(ONE.replace('won', 'gagn\u00e9'), 'latin1')
    expect(await failure(sign(latin1))).toMatchObject({
      code: 'invalid',
      message: 'The body is not valid UTF-8.',
    })
  })

  it('says where JSON breaks and repeats nothing of it', async () => {
    const error = await failure(sign('{"email":"ada@example.com" x}'))
    expect(error.message).toBe('The body is not JSON at character 28.')
  })

  it('reads past a byte order mark', async () => {
    expect(await receive(sign(`\ufeff${ONE}`))).toHaveLength(1)
  })

  it('takes 10 MB and not a byte more, before it computes anything', async () => {
    const padded = (size: number) => Buffer.concat([Buffer.from(ONE), Buffer.alloc(size - ONE.length, ' ')])
    expect(await receive(sign(padded(10_000_000)))).toHaveLength(1)
    const large = { ...sign(ONE), body: padded(10_000_001) }
    expect(await failure(large)).toMatchObject({ code: 'too_large' })
  })

  it('takes an array of 1000, and none', async () => {
    const array = (count: number) => `[${Array.from({ length: count }, () => ONE).join()}]`
    expect(await receive(sign(array(1000)))).toHaveLength(1000)
    expect(await receive(sign('[]'))).toEqual([])
    expect(await failure(sign(array(1001)))).toMatchObject({ code: 'too_large' })
  })

  it('reads more lines than an array may have, blank ones and CRLF left out', async () => {
    const lines = Array.from({ length: 2500 }, (_, at) => JSON.stringify(item({ id: `e${at}` })))
    const received = await receive(sign(`${lines.join('\r\n\r\n')}\n`, { type: NDJSON }))
    expect(received.map((one) => one.ok && one.ticket.id)).toEqual(lines.map((_, at) => `e${at}`))
  })

  it('refuses a body of more lines than any real one has', async () => {
    expect(await failure(sign('\n'.repeat(130_000).concat(ONE), { type: NDJSON }))).toMatchObject({
      code: 'too_large',
    })
  })

  it('loses one broken line and no other', async () => {
    const lines = [
      ONE,
      '{"email":"ada@example.com"',
      JSON.stringify(item({ id: 'b' })),
      'x'.repeat(1_000_001),
    ]
    const received = await receive(sign(lines.join('\n'), { type: NDJSON }))
    expect(received.map((one) => (one.ok ? one.ticket.id : one.invalid.errors[0]?.message))).toEqual([
      'a',
      'line 2 is not JSON',
      'b',
      'line 4 is longer than 1 MB',
    ])
    expect(JSON.stringify(received[1])).not.toContain('ada@')
  })

  it('survives JSON 500,000 levels deep, small or large, as document, item and field', async () => {
    const deep = (open: string, close: string, levels: number) =>
      `${open.repeat(levels)}1${close.repeat(levels)}`
    const arrays = deep('[', ']', 500_000)
    expect((await receive(sign(arrays))).map((one) => one.ok)).toEqual([false])
    expect((await receive(sign(arrays, { type: NDJSON }))).map((one) => one.ok)).toEqual([false])
    for (const where of ['stage', 'contact', 'fields', 'nonsense']) {
      const body = `{"${where}":${deep('{"a":', '}', 100_000)}}`
      expect((await receive(sign(body))).map((one) => one.ok)).toEqual([false])
    }
    expect(await failure(sign('['.repeat(10_000_000)))).toMatchObject({
      message: expect.stringMatching(/nested deeper/),
    })
  })

  it('counts no bracket inside a text as depth', async () => {
    const items = Array.from({ length: 1000 }, (_, at) =>
      item({
        id: `e${at}`,
        fields: { note: '[{\\"['.repeat(150), tail: 'x'.repeat(1000), more: 'y"\\'.repeat(200) },
      }),
    )
    const body = JSON.stringify(items)
    expect(body.length).toBeGreaterThan(2_000_000)
    expect((await receive(sign(body))).every((one) => one.ok)).toBe(true)
  })

  it('treats __proto__ as a name like any other that is not known', async () => {
    const body = `{"__proto__":{"stage":"won"},"record":{"type":"deal","id":"D-1"},"occurredAt":"2026-11-20T10:00:00Z"}`
    const [one] = await receive(sign(body))
    expect(one?.ok === false && one.invalid.errors.map((error) => error.path)).toEqual([
      '/stage',
      '/__proto__',
    ])
    expect(Object.hasOwn(Object.prototype, 'stage')).toBe(false)
    const fields = await receive(sign(ONE.replace('{', '{"fields":{"__proto__":"x","constructor":"y"},')))
    expect(fields[0]?.ok && fields[0].ticket.content).toMatchObject({
      facts: { fields: { constructor: 'y' } },
    })
  })

  it('keeps the last of duplicate keys, as JSON.parse does', async () => {
    const [one] = await receive(sign(ONE.replace('"stage":"won"', '"stage":"won","stage":"lost"')))
    expect(one?.ok && one.ticket.content).toMatchObject({ stage: 'lost' })
  })

  it('refuses half surrogate pairs and NUL in any text', async () => {
    for (const text of ['\ud800', 'x\udfff', 'a\0b']) {
      for (const changed of [
        { stage: text },
        { contact: { firstName: text } },
        { id: text },
        { fields: { a: text } },
      ])
        expect((await invalidOf(item(changed))).errors).toHaveLength(1)
    }
  })

  it('gives the same ticket however the members are ordered', async () => {
    const { said: _a, ...one } = await ticketOf(JSON.parse(ONE))
    const { said: _b, ...other } = await ticketOf(
      Object.fromEntries(Object.entries(JSON.parse(ONE)).reverse()),
    )
    expect(one).toEqual(other)
  })
})

async function failure(request: Parameters<typeof receive>[0]): Promise<ClosebackError> {
  const error = await receive(request, context({}, [SECRET])).then(
    () => null,
    (reason: unknown) => reason,
  )
  if (!(error instanceof ClosebackError)) throw new Error(`expected a ClosebackError, got ${String(error)}`)
  expect(error.remedy).toMatch(/\.$/)
  return error
}
