import { describe, expect, it } from 'vitest'
import { dryRun } from '../../../adapters/webhook/dry-run.ts'
import { settings as schema } from '../../../adapters/webhook/settings.ts'
import { ClosebackError } from '../../../core/model/errors.ts'
import { context, item, NOW, receive } from './samples.ts'
import { fixture, SENDERS } from './senders.ts'

const OPTIONS = { sourceId: 'shop-crm', now: NOW }
const run = (body: unknown, settings: object = {}) =>
  dryRun(Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)), schema.parse(settings), OPTIONS)

describe('a dry run', () => {
  it('shows what a payload becomes, and identifiers by name only', () => {
    const order = fixture('woocommerce-order/order.updated.json')
    const shown = run(order, { preset: 'woocommerce-order' })
    expect(shown).toMatchObject({
      ignored: 0,
      items: [
        {
          ok: true,
          item: { record: { type: 'order' }, stage: 'won', amount: '29.35', currency: 'USD' },
          identity: expect.arrayContaining(['email', 'phone', 'ip']),
        },
      ],
    })
    for (const identifier of ['ada@', '555-0100', 'Ada', '94105', '203.0.113.7', 'Mozilla'])
      expect(JSON.stringify(shown)).not.toContain(identifier)
  })

  it('gives the key the item will have', async () => {
    const invoice = fixture('stripe-invoice/invoice.paid.json')
    const response = fixture('typeform/form_response.json')
    for (const [preset, sender, body] of [
      ['stripe-invoice', SENDERS.stripe, invoice],
      ['typeform', SENDERS.typeform, response],
    ] as const) {
      const ctx = context({ preset }, [sender.secret])
      const [received] = await receive(sender.sign(JSON.stringify(body), sender.secret), ctx)
      const [dry] = run(body, { preset }).items
      expect(dry?.ok && dry.key).toBe(received?.ok && received.ticket.key)
    }
  })

  it('shows no id of a form', () => {
    const { items } = run(fixture('typeform/form_response.json'), { preset: 'typeform' })
    expect(JSON.stringify(items)).not.toMatch(/a3a12ec6|01JEXAMPLE/)
  })

  it('counts what is ignored and names what is invalid, in a native body, too', () => {
    expect(run({ event: 'invitee.canceled' }, { preset: 'calendly' })).toEqual({ items: [], ignored: 1 })
    expect(run([item({ id: 'a' }), { stage: 'won' }])).toMatchObject({
      items: [{ ok: true, key: 'id:a', identity: [] }, { ok: false }],
    })
    const broken = { event: 'invitee.created', payload: { uri: 'x' } }
    expect(run(broken, { preset: 'calendly' }).items).toEqual([
      {
        ok: false,
        errors: [
          expect.objectContaining({
            path: '/occurredAt',
            message: 'is missing (mapped from /payload/created_at, /created_at)',
          }),
        ],
      },
    ])
  })

  it('reads lines, and says when a body cannot be read at all', () => {
    const lines = `${JSON.stringify(item({ id: 'a' }))}\n{`
    const shown = dryRun(Buffer.from(lines), schema.parse({}), { ...OPTIONS, type: 'application/x-ndjson' })
    expect(shown.items.map((one) => one.ok)).toEqual([true, false])
    expect(() => run('{')).toThrow(ClosebackError)
  })
})
