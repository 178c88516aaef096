/** The connection and the source every bench works with: the accounts of the TikTok simulator's built-in seed. */
export const SIGNING_SECRET = `whsec_${Buffer.alloc(32, 'bench').toString('base64')}`
export const SOURCE_ID = 'shop-crm'
export const CONNECTION_ID = 'us-brand'
export const EVENTS_TOKEN = 'sandbox-token'

export const WORKSPACE = JSON.stringify({
  version: 1,
  connections: [
    {
      id: CONNECTION_ID,
      advertiserId: '7000000000000000001',
      currency: 'USD',
      timezone: 'America/New_York',
      eventSets: {
        web: 'C4AAAAAAAAAAAAAAAAAA',
        crm: '7100000000000000001',
        defaultPageUrl: 'https://shop.example/',
      },
      tokens: { events: { env: 'BENCH_EVENTS_TOKEN' } },
      startAt: '2020-01-01T00:00:00Z',
    },
  ],
  sources: [
    {
      id: SOURCE_ID,
      adapter: 'webhook',
      secrets: { signing: { env: 'BENCH_SIGNING_SECRET' } },
      settings: { verify: 'standard', defaultCountry: 'US', defaultCurrency: 'USD' },
    },
  ],
  rules: [
    {
      id: 'won',
      source: '*',
      when: { stage: 'won' },
      audience: 'any',
      send: { event: 'Purchase', to: [CONNECTION_ID], value: { from: 'amount' } },
    },
    {
      id: 'qualified',
      source: SOURCE_ID,
      when: { pipeline: 'default', stage: 'qualified' },
      audience: 'tiktok',
      send: { event: 'Lead', to: [CONNECTION_ID], value: { fixed: '50.00', currency: 'USD' } },
    },
  ],
})

/** The environment that `WORKSPACE` refers to. */
export const WORKSPACE_ENV = { BENCH_EVENTS_TOKEN: EVENTS_TOKEN, BENCH_SIGNING_SECRET: SIGNING_SECRET }

/** How the phone of a purchase is written: as TikTok hashes it, or as people in its country write it. */
export type PhoneStyle = 'e164' | 'national'

/**
 * One purchase in the native body of the webhook adapter, 1.2 KB of JSON. Each number is another deal, person and
 * click; `e164` needs no reading before it is hashed, `national` ("(415) 555-0142") does.
 */
export function purchase(number: number, phone: PhoneStyle, occurredAt: Date) {
  const line = String(100 + (number % 100)).padStart(4, '0')
  const click = `E.C.P.${'CpsBEgEBGg'.repeat(8)}${number}`
  return {
    id: `evt_${number}`,
    record: { type: 'deal', id: `D-${number}`, pipeline: 'default' },
    stage: 'won',
    previousStage: 'proposal',
    occurredAt: occurredAt.toISOString(),
    amount: '4200.00',
    currency: 'USD',
    orderId: `D-${number}`,
    contents: [
      { id: 'sku-1', price: '4000.00', quantity: 1, name: 'Annual plan, team', category: 'Subscriptions' },
      { id: 'sku-2', price: '200.00', quantity: 1, name: 'Onboarding', category: 'Services' },
    ],
    contact: {
      email: `person.${number}@example.com`,
      phone: phone === 'e164' ? `+1415555${line}` : `(415) 555-${line}`,
      city: 'San Francisco',
      state: 'CA',
      country: 'US',
      ip: '203.0.113.7',
      userAgent:
        'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36',
      locale: 'en-US',
    },
    click: { ttclid: click, ttp: '2Qy7mN9zTqTP1JXvWTXG9xXk1yN', clickedAt: '2026-01-02T09:00:00Z' },
    utm: { source: 'tiktok', medium: 'paid_social', campaign: 'spring', content: 'video-a' },
    pageUrl: `https://shop.example/landing?ttclid=${click}&utm_source=tiktok`,
    consent: 'granted',
  }
}
