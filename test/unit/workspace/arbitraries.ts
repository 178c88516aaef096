import fc from 'fast-check'
import type { JsonValue } from '../../../core/model/json.ts'
import { type SecretRef, Workspace } from '../../../core/model/workspace.ts'

const id = fc.stringMatching(/^[a-z0-9][a-z0-9._-]{0,10}$/)
const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 })
const key = text.filter((name) => name !== '__proto__')
const named = <T extends { id: string }>(entry: fc.Arbitrary<T>) =>
  fc.uniqueArray(entry, { selector: (one) => one.id, maxLength: 4 })

const secret: fc.Arbitrary<SecretRef> = fc.oneof(
  text.map((env) => ({ env })),
  text.map((file) => ({ file })),
  text.map((value) => ({ value })),
)

const connection = fc.record(
  {
    id,
    advertiserId: fc.stringMatching(/^\d{1,20}$/),
    currency: fc.constantFrom('USD', 'EUR', 'JPY'),
    timezone: fc.constantFrom('America/New_York', 'Asia/Kathmandu', 'UTC'),
    // Unique among connections, or the workspace would not be valid.
    eventSets: fc.uuid().map((web) => ({ web })),
    tokens: fc.record({ events: secret, marketing: secret }, { requiredKeys: ['events'] }),
    delivery: fc.record(
      { testEventCode: text, uncertainRetryHours: fc.double({ min: 0, max: 46, noNaN: true }) },
      { requiredKeys: [] },
    ),
    startAt: fc.constant('2026-11-01T00:00:00+05:45'),
  },
  { requiredKeys: ['id', 'advertiserId', 'currency', 'timezone', 'eventSets', 'tokens'] },
)

// Through JSON, because a file cannot say undefined or tell -0 from 0.
const json = fc.jsonValue({ maxDepth: 3 }).map((value): JsonValue => JSON.parse(JSON.stringify(value)))

const source = fc.record({
  id,
  adapter: fc.constant('any'),
  secrets: fc.dictionary(key, fc.oneof(secret, fc.array(secret, { minLength: 1, maxLength: 2 })), {
    maxKeys: 3,
  }),
  settings: fc.dictionary(key, json, { maxKeys: 3 }),
})

const rule = fc.record({
  id,
  source: fc.constant('*'),
  when: fc.record(
    {
      stage: text,
      pipeline: text,
      fields: fc.dictionary(key, fc.oneof(text, fc.array(text, { minLength: 1, maxLength: 3 })), {
        maxKeys: 2,
      }),
    },
    { requiredKeys: ['stage'] },
  ),
  audience: fc.constantFrom('tiktok', 'any'),
  once: fc.boolean(),
  send: fc.record({
    event: fc.constantFrom('Purchase', 'Lead', 'my event: "x"'),
    to: fc.array(id, { minLength: 1, maxLength: 2 }),
    value: fc.constantFrom({ from: 'amount' }, { fixed: '50.00', currency: 'USD' }),
  }),
})

const rate = fc.record({
  date: fc.constantFrom('2026-01-01', '2026-01-02'),
  from: fc.constantFrom('EUR', 'GBP'),
  to: fc.constant('USD'),
  rate: fc.constantFrom('1.1', '1.25'),
})

/** Any workspace a person might write, secrets as references or values; adapters and rule targets are made up. */
export const workspaces: fc.Arbitrary<Workspace> = fc
  .record({
    version: fc.constant(1),
    connections: named(connection),
    sources: named(source),
    rules: named(rule),
    rates: fc.uniqueArray(rate, { selector: ({ date, from }) => date + from, maxLength: 3 }),
  })
  .map((input) => Workspace.parse(input))
