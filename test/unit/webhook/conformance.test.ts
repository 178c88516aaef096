import { webhook } from '../../../adapters/webhook/index.ts'
import { describeAdapter } from '../../conformance/index.ts'
import { item, NOW, OTHER_SECRET, payload, SECRET, sign, ticketOf } from './samples.ts'

const compact = (name: string) => JSON.parse(payload(name).toString('utf8'))
const body = Buffer.from(JSON.stringify([compact('deal-won.json'), compact('form-submitted.json')]))

describeAdapter('webhook', () => ({
  adapter: webhook,
  settings: { verify: 'standard', defaultCountry: 'US', defaultCurrency: 'USD', keepUrlParameters: ['plan'] },
  secrets: { signing: [SECRET, OTHER_SECRET] },
  now: NOW,
  receiving: {
    body,
    sign: (bytes, at) => sign(bytes, { at }),
    signatureHeaders: ['webhook-id', 'webhook-timestamp', 'webhook-signature'],
    signsUrl: false,
    forged: sign(body, { key: Buffer.alloc(32, 9) }),
  },
  tickets: async (ctx) => {
    const received = (await webhook.receive?.(sign(body), ctx)) ?? []
    return received.flatMap((one) => (one.ok ? [one.ticket] : []))
  },
  wonAndLost: async () => [
    await ticketOf(item({ id: 'a' })),
    await ticketOf(item({ id: 'b', stage: 'Lost' })),
  ],
  identifiers: [
    'ada@example.com',
    '+14155550100',
    'u-7',
    'Ada',
    '94105',
    'San Francisco',
    '203.0.113.7',
    'Mozilla',
    'form-5f1c',
    '5f1c0e3a',
  ],
  refusedSettings: [
    { what: 'another scheme', value: { verify: 'rot13' }, path: 'verify' },
    { what: 'no country', value: { defaultCountry: 'ZZ' }, path: 'defaultCountry' },
    { what: 'a country in words', value: { defaultCountry: 'usa' }, path: 'defaultCountry' },
    { what: 'no currency', value: { defaultCurrency: 'XXX' }, path: 'defaultCurrency' },
    { what: 'a sign', value: { defaultCurrency: 'US$' }, path: 'defaultCurrency' },
    { what: 'a text for a list', value: { keepUrlParameters: 'plan' }, path: 'keepUrlParameters' },
    { what: 'no name', value: { keepUrlParameters: ['a b'] }, path: 'keepUrlParameters' },
    { what: 'an unknown setting', value: { verifier: 'standard' }, path: '' },
  ],
  refusedSecrets: [
    { what: 'none', value: {}, path: 'signing' },
    { what: 'an empty list', value: { signing: [] }, path: 'signing' },
    { what: 'three', value: { signing: [SECRET, SECRET, SECRET] }, path: 'signing' },
    { what: 'no base64', value: { signing: ['whsec_not-base64'] }, path: 'signing' },
    { what: 'an empty secret', value: { signing: ['whsec_'] }, path: 'signing' },
  ],
  failing: [
    { what: 'no secret', secrets: { signing: [] } },
    { what: 'a broken secret', secrets: { signing: ['whsec_%'] } },
    { what: 'a short secret', secrets: { signing: ['whsec_c2hvcnQ='] } },
    { what: 'the same secret twice', secrets: { signing: [SECRET, SECRET.slice('whsec_'.length)] } },
  ],
}))
