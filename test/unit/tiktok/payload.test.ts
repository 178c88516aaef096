import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { emptyHashedIdentity } from '../../../core/identity/identity.ts'
import type { Conversion } from '../../../core/model/delivery.ts'
import { formatAmount } from '../../../core/model/money.ts'
import { payloadOf } from '../../../core/tiktok/payload.ts'

const DIGEST = '848a771458438fc2ec420560d769fb9b9b86851ee338ec56517baabd79d3bb4f'

function conversion(over: Partial<Conversion> = {}): Conversion {
  return {
    route: 'web',
    eventSourceId: 'C4AAAAAAAAAAAAAAAAAA',
    event: 'Purchase',
    eventId: 'e-1',
    occurredAt: 1_763_740_800_999,
    identity: emptyHashedIdentity(),
    ttclid: null,
    ttp: null,
    leadId: null,
    leadEventSource: null,
    pageUrl: null,
    referrer: null,
    value: null,
    orderId: null,
    contents: null,
    limitedDataUse: null,
    ...over,
  }
}

const FULL: Partial<Conversion> = {
  identity: {
    kind: 'hashed',
    email: [DIGEST],
    phone: [DIGEST],
    externalId: [DIGEST],
    firstName: DIGEST,
    lastName: DIGEST,
    zip: DIGEST,
    city: 'san francisco',
    state: 'ca',
    country: 'us',
    ip: '203.0.113.7',
    userAgent: 'Mozilla/5.0',
    locale: 'en-US',
    dropped: [],
  },
  ttclid: 'E.C.P.x',
  ttp: '2F7h',
  leadId: '7100',
  leadEventSource: 'HubSpot',
  pageUrl: 'https://shop.example/',
  referrer: 'https://example.com/',
  value: { minor: 420_000, currency: 'USD' },
  orderId: 'D-1',
  contents: [{ id: 'sku-1', price: '4200.00', quantity: 1, name: 'Plan', category: 'b2b', brand: 'Acme' }],
  limitedDataUse: false,
}
const properties = {
  value: 4200,
  currency: 'USD',
  order_id: 'D-1',
  content_type: 'product',
  contents: [
    {
      content_id: 'sku-1',
      content_name: 'Plan',
      content_category: 'b2b',
      brand: 'Acme',
      price: 4200,
      quantity: 1,
    },
  ],
}
const event = { event: 'Purchase', event_time: 1_763_740_800, event_id: 'e-1' }
const contact = { email: [DIGEST], phone: [DIGEST] }

describe('payloadOf', () => {
  it('writes everything a web event documents', () => {
    expect(JSON.parse(payloadOf(conversion(FULL)))).toEqual({
      ...event,
      user: {
        ...contact,
        external_id: [DIGEST],
        ttclid: 'E.C.P.x',
        ttp: '2F7h',
        ip: '203.0.113.7',
        user_agent: 'Mozilla/5.0',
        locale: 'en-US',
        first_name: DIGEST,
        last_name: DIGEST,
        zip_code: DIGEST,
        city: 'san francisco',
        state: 'ca',
        country: 'us',
      },
      properties,
      page: { url: 'https://shop.example/', referrer: 'https://example.com/' },
      limited_data_use: false,
    })
  })

  it('writes for a CRM set the lead and no browser keys', () => {
    expect(JSON.parse(payloadOf(conversion({ ...FULL, route: 'crm' })))).toEqual({
      ...event,
      user: { ...contact, external_id: [DIGEST] },
      properties,
      lead: { lead_id: '7100', lead_event_source: 'HubSpot' },
    })
  })

  it('writes for an offline set e-mail and phone alone', () => {
    expect(JSON.parse(payloadOf(conversion({ ...FULL, route: 'offline' })))).toEqual({
      ...event,
      user: contact,
      properties,
    })
  })

  it('leaves out everything unknown', () => {
    for (const route of ['web', 'crm', 'offline'] as const) {
      expect(JSON.parse(payloadOf(conversion({ route })))).toEqual(event)
    }
  })

  it.each([
    [420_000, 'USD', '4200.00'],
    [1, 'USD', '0.01'],
    [0, 'USD', '0.00'],
    [500, 'JPY', '500'],
    [1250, 'KWD', '1.250'],
    [9_007_199_254_740_991, 'USD', '90071992547409.91'],
  ])('writes %i minor units of %s as %s, digit by digit', (minor, currency, text) => {
    expect(payloadOf(conversion({ value: { minor, currency } }))).toContain(
      `"value":${text},"currency":"${currency}"`,
    )
  })

  it.each([
    ['0.10', '"price":0.10'],
    ['007.50', '"price":7.50'],
    ['000', '"price":0'],
    ['123456789012345678.99', '"price":123456789012345678.99'],
  ])('writes the price %s as %s', (price, text) => {
    const contents = [{ id: 'a', price, quantity: null, name: null, category: null, brand: null }]
    const payload = payloadOf(conversion({ contents }))
    expect(payload).toContain(text)
    expect(() => JSON.parse(payload)).not.toThrow()
  })

  it('leaves out a price that is no decimal and a quantity that is no number', () => {
    const contents = [
      { id: 'a', price: '1e400', quantity: Number.NaN, name: null, category: null, brand: null },
    ]
    expect(JSON.parse(payloadOf(conversion({ contents }))).properties.contents).toEqual([{ content_id: 'a' }])
  })
})

// The slow and simple way to say the same: build all of it, then drop what is empty.
function simple(c: Conversion): unknown {
  const i = c.identity
  const web = c.route === 'web'
  const online = c.route !== 'offline'
  return pruned({
    event: [c.event],
    event_time: Math.floor(c.occurredAt / 1000),
    event_id: [c.eventId],
    user: {
      email: i.email,
      phone: i.phone,
      ...(online && { external_id: i.externalId }),
      ...(web && {
        ttclid: c.ttclid,
        ttp: c.ttp,
        ip: i.ip,
        user_agent: i.userAgent,
        locale: i.locale,
        first_name: i.firstName,
        last_name: i.lastName,
        zip_code: i.zip,
        city: i.city,
        state: i.state,
        country: i.country,
      }),
    },
    properties: {
      value: c.value && Number(formatAmount(c.value)),
      currency: c.value?.currency,
      order_id: c.orderId,
      content_type: c.contents?.some((item) => pruned(contentOf(item)) !== undefined) ? 'product' : null,
      contents: c.contents?.map(contentOf),
    },
    ...(web && c.pageUrl && { page: { url: c.pageUrl, referrer: c.referrer } }),
    ...(c.route === 'crm' &&
      c.leadId && { lead: { lead_id: c.leadId, lead_event_source: c.leadEventSource } }),
    ...(web && { limited_data_use: c.limitedDataUse }),
  })
}

function contentOf(item: NonNullable<Conversion['contents']>[number]) {
  return {
    content_id: item.id,
    content_name: item.name,
    content_category: item.category,
    brand: item.brand,
    price: item.price === null ? null : Number(item.price),
    quantity: item.quantity,
  }
}

function pruned(value: unknown): unknown {
  if (value === null || value === '' || value === undefined) return undefined
  if (Array.isArray(value)) {
    const kept = value.map(pruned).filter((item) => item !== undefined)
    return kept.length > 0 ? kept : undefined
  }
  if (typeof value !== 'object') return value
  const kept = Object.entries(value).flatMap(([key, item]) => {
    const rest = pruned(item)
    return rest === undefined ? [] : [[key, rest]]
  })
  return kept.length > 0 ? Object.fromEntries(kept) : undefined
}

const text = fc.string({ unit: 'binary', maxLength: 12 })
// Any UTF-16 code units, so also halves of surrogate pairs.
const anyText = fc.oneof(
  text,
  fc.array(fc.integer({ min: 0, max: 0xffff })).map((units) => String.fromCharCode(...units)),
)
const name = anyText.filter((value) => value !== '')
const maybe = fc.option(anyText)
const texts = fc.array(anyText, { maxLength: 3 })
const anyConversion: fc.Arbitrary<Conversion> = fc.record({
  route: fc.constantFrom('web', 'crm', 'offline'),
  eventSourceId: name,
  event: name,
  eventId: name,
  occurredAt: fc.integer({ min: 0, max: 4e12 }),
  identity: fc.record({
    kind: fc.constant('hashed' as const),
    email: texts,
    phone: texts,
    externalId: texts,
    firstName: maybe,
    lastName: maybe,
    zip: maybe,
    city: maybe,
    state: maybe,
    country: maybe,
    ip: maybe,
    userAgent: maybe,
    locale: maybe,
    dropped: fc.constant([]),
  }),
  ttclid: maybe,
  ttp: maybe,
  leadId: maybe,
  leadEventSource: maybe,
  pageUrl: maybe,
  referrer: maybe,
  value: fc.option(
    fc.record({ minor: fc.maxSafeNat(), currency: fc.constantFrom('USD', 'JPY', 'KWD', 'CLF') }),
  ),
  orderId: maybe,
  contents: fc.option(
    fc.array(
      fc.record({
        id: anyText,
        price: fc.option(fc.stringMatching(/^-?\d{1,12}(\.\d{1,4})?$/)),
        quantity: fc.option(fc.integer({ min: 1 })),
        name: maybe,
        category: maybe,
        brand: maybe,
      }),
      { maxLength: 3 },
    ),
  ),
  limitedDataUse: fc.option(fc.boolean()),
})

describe('payloadOf, for every conversion', () => {
  it('says what the simple way of building it says', () => {
    fc.assert(
      fc.property(anyConversion, (c) => {
        const expected = simple(c) as Record<string, unknown>
        expect(JSON.parse(payloadOf(c))).toEqual({ ...expected, event: c.event, event_id: c.eventId })
      }),
      { numRuns: 500 },
    )
  })

  it('is text that UTF-8 can carry unchanged', () => {
    fc.assert(
      fc.property(anyConversion, (c) => {
        const payload = payloadOf(c)
        expect(Buffer.from(payload).toString()).toBe(payload)
        expect(payload).not.toMatch(/:(null|""|\[\]|\{\})/)
      }),
    )
  })
})
