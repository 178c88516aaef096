import { describe, expect, it } from 'vitest'
import { webhook } from '../../../adapters/webhook/index.ts'
import { settings as schema } from '../../../adapters/webhook/settings.ts'
import { checkSources } from '../../../core/workspace/check-sources.ts'

const BASE = {
  'record.type': { const: 'deal' },
  'record.id': '/id',
  stage: { const: 'won' },
  occurredAt: '/at',
}

function problems(settings: object): string[] {
  const { error } = schema.safeParse(settings)
  return (error?.issues ?? []).map(({ path, message }) => `${path.join('|')}: ${message}`)
}

describe('settings of a field map', () => {
  const whole = { map: { ...BASE, amount: '/total/value', currency: { const: 'USD' } } }
  const sample = {
    id: 1,
    at: '2026-11-20T10:00:00Z',
    total: { value: 5, valute: 'EUR' },
    customer: { mail: 'ada@example.com' },
  }

  it('pass with a sample that becomes an item, however old or new it is', () => {
    for (const at of ['2019-01-01T00:00:00Z', '2099-01-01T00:00:00Z'])
      expect(problems({ ...whole, sample: { ...sample, at } })).toEqual([])
  })

  it.each([
    ['/total/valeu', '/total/value'],
    ['/totl/value', '/total/value'],
    ['/value', '/total/value'],
    ['/customer/total/value', '/total/value'],
  ])('name %s, which points nowhere, and what was meant', (wrong, meant) => {
    expect(problems({ map: { ...whole.map, amount: wrong }, sample })).toEqual([
      `map|amount: points nowhere in the sample: no ${wrong}; did you mean "${meant}"?`,
    ])
  })

  it('say what is there when nothing is near', () => {
    expect(problems({ map: { ...whole.map, amount: '/total/xyzxyz' }, sample })).toEqual([
      'map|amount: points nowhere in the sample: no /total/xyzxyz; /total has value, valute',
    ])
  })

  it('take a place that is there and empty', () => {
    expect(
      problems({ map: { ...whole.map, 'contact.email': '/mail' }, sample: { ...sample, mail: null } }),
    ).toEqual([])
  })

  it('name a sample that becomes no valid item, with the place it comes from', () => {
    expect(problems({ ...whole, sample: { ...sample, at: 'today', total: { value: '5,00' } } })).toEqual([
      expect.stringMatching(
        /^sample: does not become a valid item: \/occurredAt must .* \(mapped from \/at\)$/,
      ),
      expect.stringMatching(
        /^sample: does not become a valid item: \/amount .* \(mapped from \/total\/value\)$/,
      ),
    ])
  })

  it('name a sample that would be ignored, and why', () => {
    expect(problems({ ...whole, when: [{ at: '/id', is: 2 }], sample })).toEqual([
      'sample: would be ignored: when does not hold at /id',
    ])
  })

  it('name conditions, tables, lists and conversions that find nothing', () => {
    const found = (changed: object) => problems({ ...whole, sample, ...changed })
    expect(found({ when: [{ at: '/idd', is: 1 }] })[0]).toMatch(
      /^when\|0: points nowhere.*did you mean "\/id"/,
    )
    const stage = { at: '/id', values: { 2: 'won' } }
    expect(found({ map: { ...whole.map, stage } })[0]).toMatch(/^map\|stage: .*not in the table/)
    const where = { at: '/total', where: { '/x': 1 } }
    expect(found({ map: { ...whole.map, orderId: where } })[0]).toMatch(/^map\|orderId: .*no entry/)
    expect(found({ items: '/totals' })[0]).toMatch(/^items: finds no list.*did you mean "\/total"/)
  })

  it('name fields there are not, with the one that was meant', () => {
    const map = {
      ...BASE,
      amout: '/a',
      'customer.email': '/b',
      'record.idd': '/c',
      'fields.own': '/d',
      'fields.a b': '/e',
      fields: '/f',
      xyzzy: '/g',
    }
    expect(problems({ map })).toEqual([
      expect.stringMatching(/^map\|amout: .*did you mean "amount"/),
      expect.stringMatching(/^map\|customer\.email: .*did you mean "contact\.email"/),
      expect.stringMatching(/^map\|record\.idd: .*did you mean "record\.id"/),
      expect.stringMatching(/^map\|fields\.a b: is not a field/),
      expect.stringMatching(/^map\|fields: is not a field/),
      expect.stringMatching(/^map\|xyzzy: .*use one of those in docs\/webhook\.md/),
    ])
  })

  it('name every required field that is not mapped, and what is of no use', () => {
    expect(problems({ map: { amount: '/a' } })).toHaveLength(4)
    expect(problems({ when: [{ at: '/a', is: 1 }], items: '/b', sample: {} })).toEqual([
      'when: has no use without preset or map',
      'items: has no use without preset or map',
      'sample: has no use without preset or map',
    ])
  })

  it.each([
    [{}, /either at .* or const/],
    [{ const: 1, at: '/a' }, /either at .* or const/],
    [{ const: 1, as: 'price' }, /stands alone/],
    [{ at: '/a', take: '/b' }, /belongs to where/],
    [{ at: '/a', where: {} }, /at least one/],
    [{ at: '/a', decimals: { USD: 2 } }, /belongs to as: minor/],
    [{ at: '/a', as: 'price', values: { a: 'b' } }, /does not go with values/],
    [{ at: '/a', values: { a: '/b' } }, /is a word here/],
    [{ at: '/a', as: 'eval' }, /Invalid option/],
    [{ at: '/a', as: 'minor', decimals: { usd: 2 } }, /Invalid key|ISO 4217/],
    [{ att: '/a' }, /Unrecognized key/],
  ])('refuse %j', (source, message) => {
    // Zod keeps the problems of each form of a value inside; what apply shows of them is tested below.
    const { error } = schema.safeParse({ map: { ...BASE, amount: source } })
    expect(JSON.stringify(error?.issues)).toMatch(message)
  })

  it('refuse a sample with a real e-mail address, and do not repeat it', () => {
    for (const mail of [
      'ada@gmail.com',
      'Ada <ada@shop.co.uk>',
      'ada@notexample.com',
      'ada@example.com.evil.org',
    ]) {
      const [problem, ...more] = problems({ ...whole, sample: { ...sample, customer: [{ mail }] } })
      expect(problem).toBe(
        'sample: holds an e-mail address at /customer/0/mail: settings are kept in plain text; write ada@example.com instead',
      )
      expect(more).toEqual([])
    }
    for (const mail of [
      'ada@example.com',
      'ada@mail.example.org',
      'ada@shop.example',
      'ada@x.test',
      '@home',
      'a@b',
    ])
      expect(problems({ ...whole, sample: { ...sample, customer: { mail } } })).toEqual([])
  })

  it('are judged anew when the map beside the same sample changes', () => {
    expect(problems({ ...whole, sample })).toEqual([])
    expect(problems({ map: { ...whole.map, amount: '/x' }, sample })).toHaveLength(1)
    expect(problems({ ...whole, sample })).toEqual([])
    expect(problems({ ...whole, map: { ...whole.map, currency: null }, sample })).toHaveLength(1)
  })

  it('come out of apply with their place in the workspace', () => {
    const check = checkSources(new Map([['webhook', webhook]]))
    const source = (settings: object) => ({
      id: 'a',
      adapter: 'webhook',
      secrets: { signing: { env: 'A' } },
      settings,
    })
    const unknown = { map: { ...whole.map, amount: { at: '/total/value', as: 'eval' } } }
    expect(check({ version: 1, connections: [], rules: [], sources: [source(unknown)] } as never)).toEqual([
      expect.objectContaining({ message: 'must be one of minor, seconds, milliseconds, utc, price, url' }),
    ])
    const typo = { map: { ...whole.map, amount: { att: '/total/value' } } }
    expect(
      check({ version: 1, connections: [], rules: [], sources: [source(typo)] } as never),
    ).toContainEqual(
      expect.objectContaining({ message: 'is not a known setting', remedy: 'Did you mean "at"?' }),
    )
    const wrong = { map: { ...whole.map, amount: '/totl' }, sample }
    expect(check({ version: 1, connections: [], rules: [], sources: [source(wrong)] } as never)).toEqual([
      expect.objectContaining({
        path: expect.stringMatching(/^sources\[0\]\.settings\.map\.?.*amount/),
        message: 'points nowhere in the sample: no /totl; did you mean "/total"?',
      }),
    ])
  })
})
