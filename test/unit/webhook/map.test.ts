import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { valueAt } from '../../../adapters/webhook/map/pointer.ts'
import { readMapped } from '../../../adapters/webhook/map/read-mapped.ts'
import { PRESET_NAMES } from '../../../adapters/webhook/presets/presets.ts'
import { settings as schema } from '../../../adapters/webhook/settings.ts'
import { ClosebackError } from '../../../core/model/errors.ts'
import type { JsonValue } from '../../../core/model/json.ts'
import { context, receive, sign } from './samples.ts'

const BASE = {
  'record.type': { const: 'deal' },
  'record.id': '/id',
  stage: { const: 'won' },
  occurredAt: '/at',
}
const BODY = { id: 7, at: '2026-11-20T10:00:00Z' }

/** What a body becomes under a map laid over the smallest one. */
function mapped(body: JsonValue, map: object = {}, more: object = {}): JsonValue[] {
  return readMapped(body, schema.parse({ map: { ...BASE, ...map }, ...more }))
}

function field(body: object, source: unknown, place = 'orderId'): JsonValue | undefined {
  const [item] = mapped({ ...BODY, ...body } as JsonValue, { [place]: source })
  return valueAt(item, `/${place.replaceAll('.', '/')}`)
}

function problems(settings: object): string[] {
  const { error } = schema.safeParse(settings)
  return (error?.issues ?? []).map(({ path, message }) => `${path.join('|')}: ${message}`)
}

describe('a pointer', () => {
  it('finds what RFC 6901 says it finds', () => {
    const document = { foo: ['bar', 'baz'], '': 0, 'a/b': 1, 'c%d': 2, 'i\\j': 5, 'k"l': 6, ' ': 7, 'm~n': 8 }
    const found = ['/foo', '/foo/0', '/', '/a~1b', '/c%d', '/i\\j', '/k"l', '/ ', '/m~0n']
    expect(found.map((each) => valueAt(document, each))).toEqual([['bar', 'baz'], 'bar', 0, 1, 2, 5, 6, 7, 8])
  })

  it('finds nothing where nothing is, nor what every object inherits', () => {
    for (const each of [
      '/x',
      '/foo/2',
      '/foo/-',
      '/foo/00',
      '/foo/1e0',
      '/foo/length',
      '/constructor',
      '/__proto__',
    ])
      expect(valueAt({ foo: ['bar', 'baz'] }, each)).toBeUndefined()
  })

  it.each(['', 'id', '#/id', '/a~', '/a~2', '$.id', `/${'x'.repeat(600)}`])('is never written %j', (text) => {
    expect(problems({ map: { ...BASE, amount: text } })[0]).toMatch(/^map\|amount: /)
  })
})

describe('a field of the native item', () => {
  it('is read from a pointer, is fixed, or comes from the first place that holds something', () => {
    expect(field({ a: { b: ['x'] } }, '/a/b/0')).toBe('x')
    expect(field({}, { const: 'x' })).toBe('x')
    expect(field({ a: null, b: ' ', c: 'x' }, { at: ['/none', '/a', '/b', '/c'] })).toBe('x')
    expect(field({ c: 'x' }, { at: '/a', else: { at: '/b', else: '/c' } })).toBe('x')
  })

  it('is missing where the body has nothing, null or blank', () => {
    for (const a of [undefined, null, '', '  ']) expect(field({ a }, '/a')).toBeUndefined()
    for (const a of [0, false]) expect(field({ a }, '/a', 'fields.own')).toBe(a)
  })

  it('is translated by a table, to a word or to another place', () => {
    const stage = { at: '/status', values: { 1: 'won', 2: { at: '/reason' } }, else: { const: 'open' } }
    expect(field({ status: 1 }, stage, 'stage')).toBe('won')
    expect(field({ status: '2', reason: 'price' }, stage, 'stage')).toBe('price')
    for (const status of ['3', null, {}, 'constructor', 'toString'])
      expect(field({ status }, stage, 'stage')).toBe('open')
  })

  it('is picked from a list by what its entries say', () => {
    const list = [{ k: 'a', v: null }, { k: 'b', n: { m: 1 }, v: 'x' }, 7, null]
    expect(field({ list }, { at: '/list', where: { '/k': 'b', '/n/m': 1 }, take: '/v' })).toBe('x')
    for (const where of [{ '/k': 'a' }, { '/k': 'c' }, { '/n/m': '1' }])
      expect(field({ list }, { at: '/list', where, take: '/v' })).toBeUndefined()
    expect(field({ list: 'x' }, { at: '/list', where: { '/k': 'b' } })).toBeUndefined()
    expect(
      field(
        { list: ['a', 'b'], more: [{ k: 1, v: 2 }] },
        { at: ['/list', '/more'], where: { '/k': 1 }, take: '/v' },
        'leadId',
      ),
    ).toBe(2)
  })

  it('is text where the item wants text and the sender sent a number', () => {
    const [item] = mapped(
      { ...BODY, zip: 94105, flag: true },
      { 'contact.zip': '/zip', 'utm.id': '/flag', amount: '/zip' },
    )
    expect(item).toMatchObject({ contact: { zip: '94105' }, utm: { id: 'true' }, amount: 94105 })
  })

  it('may be a list with fields of its own', () => {
    const body = { ...BODY, cur: 'EUR', lines: [{ s: 1, p: 250, q: 2 }, { s: 2 }, null, 'x'] }
    const contents = { at: '/lines', each: { id: '/s', price: { at: '/p', as: 'minor' }, quantity: '/q' } }
    expect(mapped(body, { currency: '/cur', contents })).toMatchObject([
      { contents: [{ id: 1, price: '2.50', quantity: 2 }, { id: 2 }, {}, {}] },
    ])
    expect(mapped({ ...BODY, lines: 'none' }, { contents })).toMatchObject([{ contents: 'none' }])
  })
})

describe('conversions', () => {
  it.each([
    [4200, 'USD', '42.00'],
    ['5', 'usd', '0.05'],
    [-7, 'EUR', '-0.07'],
    [0, 'USD', '0.00'],
    [500, 'JPY', '500'],
    [1234, 'KWD', '1.234'],
  ])('minor: %s of %s is %s', (a, cur, decimal) => {
    expect(
      mapped({ ...BODY, a, cur }, { amount: { at: '/a', as: 'minor' }, currency: '/cur' }),
    ).toMatchObject([{ amount: decimal }])
  })

  it('minor takes the currency of the settings, and makes no amount of what is no whole number', () => {
    const amount = { at: '/a', as: 'minor' }
    expect(mapped({ ...BODY, a: 5 }, { amount }, { defaultCurrency: 'USD' })).toMatchObject([
      { amount: '0.05' },
    ])
    for (const a of [1.5, '1.5', '1e3', true, {}, [1], 2 ** 60])
      expect(mapped({ ...BODY, a } as JsonValue, { amount }, { defaultCurrency: 'USD' })).toMatchObject([
        { amount: expect.stringMatching(/^not a whole number/) },
      ])
  })

  it.each([
    ['seconds', 1_795_168_800, '2026-11-20T10:00:00.000Z'],
    ['seconds', '1795168800.5', '2026-11-20T10:00:00.500Z'],
    ['seconds', '2026-11-20T10:00:00Z', '2026-11-20T10:00:00Z'],
    ['seconds', 1e300, 1e300],
    ['seconds', -5, -5],
    ['milliseconds', 1_795_168_800_123, '2026-11-20T10:00:00.123Z'],
    ['utc', '2026-11-20 10:00:00', '2026-11-20 10:00:00Z'],
    ['utc', '2026-11-20T10:00', '2026-11-20T10:00Z'],
    ['utc', '2026-11-20T10:00:00+01:00', '2026-11-20T10:00:00+01:00'],
    ['utc', 'yesterday', 'yesterday'],
    ['price', 19.990000000000002, '19.99'],
    ['price', '19.99', '19.99'],
    ['price', 1e30, 1e30],
    ['url', 'https://shop.example/?a=1', 'https://shop.example/?a=1'],
    ['url', 'MobileApp', undefined],
    ['url', 'javascript:alert(1)', undefined],
    ['url', 'https://', undefined],
  ])('%s makes %j into %j', (as, value, made) => {
    expect(field({ a: value }, { at: '/a', as }, 'fields.own')).toEqual(made)
  })
})

describe('when', () => {
  const taken = (when: unknown[], body: object) =>
    mapped({ ...BODY, ...body } as JsonValue, {}, { when }).length

  it.each([
    [{ at: '/a', is: 1 }, { a: 1 }, { a: '1' }],
    [{ at: '/a', is: ['x', 'y'] }, { a: 'y' }, {}],
    [{ at: ['/a', '/b'], is: 'x' }, { b: 'x' }, { a: 'y', b: 'x' }],
    [{ at: '/a', not: 0 }, {}, { a: 0 }],
    [{ at: '/a', not: ['x', 'y'] }, { a: 'z' }, { a: 'x' }],
    [{ at: '/a', exists: true }, { a: false }, { a: null }],
    [{ at: '/a', exists: false }, { a: '' }, { a: 'x' }],
    [
      { at: '/a', changedFrom: '/b' },
      { a: 1, b: 2 },
      { a: 1, b: 1 },
    ],
    [{ at: '/a', changedFrom: '/b' }, { a: 1, b: null }, { a: 1 }],
    [{ at: '/a', changedFrom: '/b' }, { b: 1 }, { b: null }],
    [
      {
        any: [
          { at: '/a', is: 1 },
          { at: '/b', is: 2 },
        ],
      },
      { b: 2 },
      { a: 2, b: 1 },
    ],
  ])('%j takes %j and ignores %j', (condition, yes, no) => {
    expect([taken([condition], yes), taken([condition], no)]).toEqual([1, 0])
    expect(taken([condition, { at: '/id', exists: false }], yes)).toBe(0)
  })

  it.each([{ at: '/a' }, { at: '/a', is: 1, not: 2 }, { is: 1 }, { any: [] }, 7])(
    'is never written %j',
    (condition) => {
      expect(problems({ map: BASE, when: [condition] })[0]).toMatch(/^when\|0/)
    },
  )
})

describe('several items in one body', () => {
  it('are read from the list at items, each by itself, in their order', async () => {
    const settings = { map: BASE, items: '/deals', when: [{ at: '/skip', exists: false }] }
    const body = JSON.stringify([
      { deals: [BODY, { ...BODY, skip: 1 }, { id: 8 }] },
      { deals: [] },
      { deals: [{ ...BODY, id: 9 }] },
    ])
    const received = await receive(sign(body), context(settings))
    expect(received.map((one) => (one.ok ? one.ticket.record.id : one.invalid.errors))).toEqual([
      '7',
      [expect.objectContaining({ path: '/occurredAt', message: 'is missing (mapped from /at)' })],
      '9',
    ])
  })

  it.each([{}, { deals: {} }, { deals: null }, { deals: Array.from({ length: 1001 }, () => BODY) }])(
    'are invalid, not lost, where there is no list that can be read',
    async (body) => {
      const settings = { map: BASE, items: '/deals' }
      const received = await receive(sign(JSON.stringify(body)), context(settings))
      expect(received.map((one) => one.ok)).toEqual([false])
    },
  )

  it('gives the same keys to a repeated body, other keys to other items', async () => {
    const keys = async (body: unknown) =>
      (await receive(sign(JSON.stringify(body), { id: 'm' }), context({ map: BASE }))).map(
        (one) => one.ok && one.ticket.key,
      )
    expect(await keys([BODY, BODY])).toEqual(['hook:m#0', 'hook:m#1'])
    expect(await keys([BODY])).toEqual(['hook:m#0'])
  })
})

describe('whatever comes', () => {
  const json = fc.oneof(
    fc.jsonValue({ maxDepth: 4 }),
    fc.json().map((text) => JSON.parse(text)),
  )

  it('answers any JSON under any preset with items or an error of its own', async () => {
    await fc.assert(
      fc.asyncProperty(json, fc.constantFrom(...PRESET_NAMES), async (body, preset) => {
        const ctx = context({ preset, verify: 'standard', when: [] })
        const outcome = await receive(sign(JSON.stringify(body)), ctx).catch((error: unknown) => error)
        if (outcome instanceof Error) expect(outcome).toBeInstanceOf(ClosebackError)
      }),
      { numRuns: 300 },
    )
  })

  it('puts any JSON that stands at a mapped place into an item or names it', async () => {
    const places = [
      'id',
      'amount',
      'currency',
      'occurredAt',
      'pageUrl',
      'contact.email',
      'contents',
      'touches',
      'fields.a',
    ]
    const rules = [{}, ...['minor', 'seconds', 'milliseconds', 'utc', 'price', 'url'].map((as) => ({ as }))]
    await fc.assert(
      fc.asyncProperty(
        json,
        fc.constantFrom(...places),
        fc.constantFrom(...rules),
        async (x, place, rule) => {
          const map = { ...BASE, [place]: { at: '/x', ...rule } }
          const received = await receive(
            sign(JSON.stringify({ ...BODY, x })),
            context({ map, defaultCurrency: 'USD' }),
          )
          expect(received).toHaveLength(1)
          for (const one of received) if (!one.ok) expect(one.invalid.errors).not.toEqual([])
        },
      ),
      { numRuns: 500 },
    )
  })

  it('survives bodies 100,000 levels deep at a mapped place', async () => {
    const deep = `${'['.repeat(100_000)}1${']'.repeat(100_000)}`
    for (const place of ['orderId', 'contents', 'fields.a', 'contact.email']) {
      const body = `{"id":7,"at":"2026-11-20T10:00:00Z","x":${deep}}`
      const received = await receive(sign(body), context({ map: { ...BASE, [place]: '/x' } }))
      expect(received.map((one) => one.ok)).toEqual([false])
    }
  })

  it('reads any settings without a crash', () => {
    const key = fc.constantFrom(
      'map',
      'when',
      'items',
      'sample',
      'preset',
      'verify',
      'header',
      'defaultCurrency',
    )
    const rule = fc.oneof(fc.constantFrom('/x', { at: '/x' }, { const: 1 }), json)
    const map = fc.oneof(json, fc.dictionary(fc.constantFrom(...Object.keys(BASE), 'amount', 'x'), rule))
    const value = fc.oneof(json, map, fc.constantFrom(...PRESET_NAMES, 'hmac', BASE))
    fc.assert(
      fc.property(fc.dictionary(key, value), json, (settings, body) => {
        const read = schema.safeParse(settings)
        if (read.success) readMapped(body as JsonValue, read.data)
        else for (const { message } of read.error.issues) expect(message).not.toBe('')
      }),
      { numRuns: 2000 },
    )
  })
})
