import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { itemShape } from '../../../adapters/webhook/item.ts'
import type { Field } from '../../../adapters/webhook/shape.ts'
import { SignatureError } from '../../../core/adapter.ts'
import { ClosebackError } from '../../../core/model/errors.ts'
import { context, NOW, receive, sign } from './samples.ts'

const name = fc.string({ unit: fc.constantFrom(...'abcdefghijklmnop'), minLength: 12, maxLength: 12 })
const moment = fc
  .date({ min: new Date('2020-01-01T00:00:00Z'), max: new Date(NOW), noInvalidDate: true })
  .map((date) => date.toISOString())
const word = fc.string({ unit: 'grapheme', maxLength: 40 }).filter((text) => !text.includes('\0'))
const id = fc.oneof(fc.stringMatching(/^[A-Z0-9-]{1,20}$/), fc.integer({ min: 0 }))
const page = fc
  .tuple(fc.webUrl({ withQueryParameters: false }), name)
  .map(([url, secret]) => `${url}?utm_source=tiktok&session=${secret}&mail=${secret}@example.com#${secret}`)
const utm = fc.record({ source: word, medium: word, id: word }, { requiredKeys: [] })
const contact = fc.record({
  email: fc.oneof(
    name.map((one) => `${one}@example.com`),
    fc.array(name.map((one) => `${one}@example.org`)),
  ),
  phone: fc.integer({ min: 10_000_000, max: 99_999_999 }).map((digits) => `+4420${digits}`),
  externalId: name.map((one) => `person-${one}`),
  firstName: name,
  lastName: name,
  city: name,
  userAgent: name.map((one) => `Agent/${one}`),
  ip: fc.ipV4().filter((ip) => ip.length > 8),
})

const validItem = fc.record(
  {
    id,
    record: fc.record({
      type: fc.constantFrom('deal', 'form', 'opportunity'),
      id,
      pipeline: fc.option(word),
    }),
    stage: fc.constantFrom('won', 'lost', 'proposal', 7),
    occurredAt: moment,
    amount: fc.oneof(
      fc.integer(),
      fc.integer({ min: 0, max: 1e9 }).map((cents) => (cents / 100).toFixed(2)),
    ),
    currency: fc.constantFrom('USD', 'EUR', 'CLF'),
    contents: fc.array(fc.record({ id, price: fc.nat(), quantity: fc.nat(1000), name: word }), {
      maxLength: 3,
    }),
    contact,
    click: fc.record({ ttclid: word, clickedAt: moment }, { requiredKeys: [] }),
    touches: fc.array(fc.record({ at: moment, utm, pageUrl: page }), { maxLength: 3 }),
    utm,
    pageUrl: page,
    consent: fc.constantFrom('granted', 'denied', null),
    fields: fc.dictionary(
      fc.stringMatching(/^[a-z]{1,9}$/),
      fc.oneof(fc.integer(), fc.boolean(), fc.constant(null)),
    ),
  },
  { requiredKeys: ['record', 'stage', 'occurredAt'] },
)

/** A valid item with any value put in any place. */
const damagedItem = fc
  .tuple(validItem, fc.jsonValue(), fc.nat(), fc.nat(3))
  .map(([item, value, at, depth]) => {
    const damaged = structuredClone(item) as Record<string, unknown>
    let place: Record<string, unknown> = damaged
    for (let level = 0; level <= depth; level++) {
      const keys = [...Object.keys(place), 'unheard']
      const key = keys[at % keys.length] ?? 'unheard'
      const next = place[key]
      if (level < depth && typeof next === 'object' && next !== null) place = next as Record<string, unknown>
      else {
        place[key] = value
        break
      }
    }
    return damaged
  })

describe('the webhook adapter, whatever comes', () => {
  it('makes of every valid item a ticket that keeps none of its identifiers', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(validItem, { minLength: 1, maxLength: 5 }), async (items) => {
        const received = await receive(sign(JSON.stringify(items)), context({ defaultCurrency: 'CLF' }))
        expect(received).toHaveLength(items.length)
        received.forEach((one, at) => {
          if (!one.ok) throw new Error(JSON.stringify(one.invalid))
          const kept = JSON.stringify([one.ticket.key, one.ticket.record, one.ticket.content])
          for (const secret of texts(items[at]?.contact)) expect(kept).not.toContain(secret)
          expect(kept).not.toContain('session')
          expect(kept).not.toContain('@example')
        })
      }),
      { numRuns: 100 },
    )
  })

  it('answers any signed JSON with items or an error of its own', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.json(),
          fc.array(damagedItem).map((items) => JSON.stringify(items)),
        ),
        async (body) => {
          await settled(receive(sign(body)))
          await settled(receive(sign(body, { type: 'application/x-ndjson' })))
        },
      ),
      { numRuns: 200 },
    )
  })

  it('answers any bytes under any headers with an error of its own', async () => {
    const headers = fc.dictionary(
      fc.constantFrom(
        'webhook-id',
        'webhook-timestamp',
        'webhook-signature',
        'content-type',
        'content-encoding',
      ),
      fc.oneof(fc.string(), fc.constantFrom('v1,AAAA', String(NOW / 1000), 'application/json')),
    )
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), headers, async (bytes, given) => {
        const signed = sign(Buffer.from(bytes))
        await settled(receive(signed))
        await expect(receive({ ...signed, headers: given })).rejects.toBeInstanceOf(SignatureError)
      }),
    )
  })

  it('judges by the quick check as the schema judges', () => {
    fc.assert(
      fc.property(fc.oneof(damagedItem, validItem, fc.jsonValue()), (item) => {
        const quick = itemShape.fits(item)
        const { success, error } = itemShape.schema.safeParse(item)
        // Moments are parsed once, by the reader: the quick check leaves them to it.
        const onlyMoments = error?.issues.every(({ path }) =>
          /^(occurredAt|clickedAt|at)$/.test(String(path.at(-1))),
        )
        expect(quick).toBe(success || (onlyMoments === true && quick))
      }),
      { numRuns: 2000 },
    )
  })

  it('is always ready with a problem for an item that it refuses', async () => {
    await fc.assert(
      fc.asyncProperty(damagedItem, async (item) => {
        const [one] = await receive(sign(JSON.stringify(item)), context({ defaultCurrency: 'USD' }))
        if (one?.ok === false) {
          expect(one.invalid.errors.length).toBeGreaterThan(0)
          for (const { message } of one.invalid.errors) expect(message).toMatch(/\w/)
        }
      }),
      { numRuns: 400 },
    )
  })

  it('describes every field', () => {
    const visit = (field: Field, path: string) => {
      expect(field.about, path).toMatch(/\w{3}/)
      expect(field.schema.description, path).toBe(field.about)
      for (const [part, inner] of Object.entries(field.parts ?? {})) visit(inner, `${path}/${part}`)
      if (field.item) visit(field.item, `${path}/0`)
    }
    visit(itemShape, '')
  })
})

async function settled(outcome: Promise<unknown>): Promise<void> {
  const error = await outcome.then(
    () => null,
    (reason: unknown) => reason,
  )
  if (error !== null && !(error instanceof ClosebackError)) throw error
}

function texts(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(texts) : []
}
