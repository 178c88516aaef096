import { describe, expect, it } from 'vitest'
import { webhook } from '../../../adapters/webhook/index.ts'
import type { Settings } from '../../../adapters/webhook/settings.ts'
import { isHydrated, type Received } from '../../../core/adapter.ts'
import { context, receive } from './samples.ts'
import { BASIC, fixture, SENDERS, type Sender } from './senders.ts'

type Body = Record<string, unknown>
type Preset = NonNullable<Settings['preset']>

const SIGNED_BY: Record<Preset, Sender> = {
  'stripe-invoice': SENDERS.stripe,
  'pipedrive-deal': BASIC,
  typeform: SENDERS.typeform,
  calendly: SENDERS.calendly,
  'woocommerce-order': SENDERS.woocommerce,
}

const invoice = fixture('stripe-invoice/invoice.paid.json')
const updatedDeal = fixture('pipedrive-deal/updated.deal.json')
const changedDeal = fixture('pipedrive-deal/change.deal.json')
const response = fixture('typeform/form_response.json')
const booking = fixture('calendly/invitee.created.json')
const order = fixture('woocommerce-order/order.updated.json')

function post(preset: Preset, body: Body, settings: object = {}): Promise<Received> {
  const { sign, secret } = SIGNED_BY[preset]
  return receive(sign(JSON.stringify(body), secret), context({ preset, ...settings }, [secret]))
}

/** A payload all the way: the ticket, and the stage change it becomes. */
async function become(preset: Preset, body: Body, settings: object = {}) {
  const [first, ...more] = await post(preset, body, settings)
  expect(more).toEqual([])
  if (!first?.ok) throw new Error(`expected a ticket, got ${JSON.stringify(first)}`)
  const { ticket } = first
  const { key, record, content, identity } = ticket
  const [hydrated] = await webhook.hydrate([{ key, record, content, identity: null }], context())
  if (hydrated === undefined || !isHydrated(hydrated)) throw new Error('expected one stage change')
  return { ...hydrated, ticket, identity }
}

/** A copy with one member changed, by its dotted place. */
function changed(body: Body, place: string, value: unknown): Body {
  const copy = structuredClone(body)
  const steps = place.split('.')
  const last = steps.pop() ?? ''
  let at: Body = copy
  for (const step of steps) at = at[step] as Body
  at[last] = value
  return copy
}

describe('stripe-invoice', () => {
  it('makes a won invoice of the documented event', async () => {
    const { ticket, change, facts, identity } = await become('stripe-invoice', invoice)
    expect(ticket).toMatchObject({ id: 'evt_1SVaQ2Example0000000001', key: 'id:evt_1SVaQ2Example0000000001' })
    expect(change).toMatchObject({
      record: { type: 'invoice', id: 'in_1SVaPxExample0000000001' },
      milestone: 'won',
      occurredAt: Date.parse('2026-11-20T10:00:03Z'),
      amount: { minor: 420_000, currency: 'USD' },
    })
    expect(facts).toMatchObject({
      orderId: 'EXAMPLE-0001',
      ttclid: 'E.C.P.CtgBhLvzVGRsZ1pO',
      utm: { source: 'tiktok', campaign: 'spring' },
      fields: { billingReason: 'subscription_create' },
    })
    expect(identity).toMatchObject({
      emails: ['ada@example.com'],
      phones: ['+14155550100'],
      externalIds: ['cus_Example00000001'],
      zip: '94105',
      city: 'San Francisco',
      state: 'CA',
      country: 'US',
    })
  })

  it.each([
    ['usd', 1, 1],
    ['jpy', 4200, 4200],
    ['kwd', 12_340, 12_340],
    ['isk', 50_000, 500],
    ['ugx', 50_000, 500],
    ['mga', 500, 50_000],
    ['usd', -500, -500],
  ])('counts %s %i as Stripe counts it', async (currency, paid, minor) => {
    const body = changed(changed(invoice, 'data.object.currency', currency), 'data.object.amount_paid', paid)
    const { change } = await become('stripe-invoice', body)
    expect(change.amount).toEqual({ minor, currency: currency.toUpperCase() })
  })

  it('reads the metadata of the invoice first, and of API versions before 2025-03-31', async () => {
    const own = changed(invoice, 'data.object.metadata', { ttclid: 'own' })
    expect((await become('stripe-invoice', own)).facts.ttclid).toBe('own')
    const older = changed(changed(invoice, 'data.object.parent', null), 'data.object.subscription_details', {
      metadata: { ttclid: 'older' },
    })
    expect((await become('stripe-invoice', older)).facts.ttclid).toBe('older')
  })

  it('takes a retry with another count of pending webhooks for the same message', async () => {
    const first = await become('stripe-invoice', invoice)
    const retry = await become('stripe-invoice', changed(invoice, 'pending_webhooks', 3))
    expect(retry.ticket).toEqual(first.ticket)
  })

  it('ignores other events and invoices of nothing', async () => {
    expect(await post('stripe-invoice', changed(invoice, 'type', 'invoice.created'))).toEqual([])
    expect(await post('stripe-invoice', changed(invoice, 'data.object.amount_paid', 0))).toEqual([])
  })

  it.each([42.5, 'many', null, true, { amount: 1 }, 2 ** 60])(
    'never reads %j in smallest units as an amount',
    async (paid) => {
      const [one] = await post('stripe-invoice', changed(invoice, 'data.object.amount_paid', paid))
      if (paid === null) expect(one?.ok && one.ticket.content).not.toMatchObject({ facts: { amount: {} } })
      else
        expect(one?.ok === false && one.invalid.errors[0]).toMatchObject({
          path: '/amount',
          message: expect.stringContaining('(mapped from /data/object/amount_paid)'),
        })
    },
  )
})

describe('pipedrive-deal', () => {
  it('makes a won deal of the documented updated.deal', async () => {
    const { ticket, change, identity } = await become('pipedrive-deal', updatedDeal)
    expect(ticket.key).toMatch(/^digest:/)
    expect(change).toMatchObject({
      record: { type: 'deal', id: '1042' },
      pipeline: '1',
      milestone: 'won',
      occurredAt: Date.parse('2026-11-20T10:00:00Z'),
      amount: { minor: 420_000, currency: 'USD' },
    })
    expect(identity).toMatchObject({ externalIds: ['501'], emails: [] })
  })

  it('makes a lost deal of a change.deal of version 2, with the click in a field of its own', async () => {
    const at = '/data/custom_fields/0123456789abcdef0123456789abcdef01234567/value'
    const { change, facts } = await become('pipedrive-deal', changedDeal, { map: { 'click.ttclid': at } })
    expect(change).toMatchObject({
      record: { type: 'deal', id: '1043' },
      milestone: 'lost',
      occurredAt: Date.parse('2026-11-20T10:05:00Z'),
      amount: { minor: 123_450, currency: 'EUR' },
    })
    expect(facts.ttclid).toBe('E.C.P.CtgBhLvzVGRsZ1pP')
  })

  it('makes a stage change of an open deal at the time of the message, in either version', async () => {
    const older = changed(
      changed(updatedDeal, 'current', { ...(updatedDeal.current as Body), status: 'open', won_time: null }),
      'previous.stage_id',
      4,
    )
    const stage = await become('pipedrive-deal', older)
    expect(stage.change).toMatchObject({
      stage: '5',
      previousStage: '4',
      milestone: '5',
      occurredAt: Date.parse('2026-11-20T10:00:02Z'),
    })
    const newer = changed(
      changed(changedDeal, 'data', { ...(changedDeal.data as Body), status: 'open', lost_time: null }),
      'previous',
      { stage_id: 3 },
    )
    expect((await become('pipedrive-deal', newer)).change).toMatchObject({
      stage: '4',
      previousStage: '3',
      occurredAt: Date.parse('2026-11-20T10:05:02Z'),
    })
  })

  it('takes a new deal, and a retry of it for the same message', async () => {
    const added = changed(changed(changedDeal, 'meta.action', 'create'), 'previous', null)
    const first = await become('pipedrive-deal', added)
    const retry = await become('pipedrive-deal', changed(added, 'meta.attempt', 2))
    expect(retry.ticket).toEqual(first.ticket)
  })

  it('ignores other edits, deleted deals and other objects', async () => {
    const edited = changed(changedDeal, 'previous', { title: 'Before' })
    expect(await post('pipedrive-deal', edited)).toEqual([])
    const older = changed(updatedDeal, 'previous.status', 'won')
    expect(await post('pipedrive-deal', older)).toEqual([])
    expect(await post('pipedrive-deal', changed(changedDeal, 'data', null))).toEqual([])
    expect(await post('pipedrive-deal', changed(changedDeal, 'data.status', 'deleted'))).toEqual([])
    expect(await post('pipedrive-deal', changed(changedDeal, 'meta.entity', 'person'))).toEqual([])
  })
})

describe('typeform', () => {
  it('makes a submitted form of the documented response, with its ids hashed', async () => {
    const { ticket, change, facts, identity } = await become('typeform', response)
    expect(JSON.stringify([ticket.key, ticket.record, ticket.content])).not.toMatch(/a3a12ec6|ada@|u-7/)
    expect(change).toMatchObject({
      pipeline: 'lT4Z3j',
      stage: 'submitted',
      occurredAt: Date.parse('2026-11-20T10:02:02Z'),
      amount: null,
    })
    expect(facts).toMatchObject({ ttclid: 'E.C.P.CtgBhLvzVGRsZ1pQ', utm: { source: 'tiktok' } })
    expect(identity).toMatchObject({
      emails: ['ada@example.com'],
      phones: ['+14155550100'],
      externalIds: ['u-7'],
    })
  })

  it('finds answers wherever they stand, takes hidden fields for those that are missing, and a name by its ref', async () => {
    const { answers } = response.form_response as { answers: Body[] }
    const turned = changed(response, 'form_response.answers', answers.toReversed())
    const first = {
      at: '/form_response/answers',
      where: { '/field/ref': 'readable_ref_short_text' },
      take: '/text',
    }
    const { identity } = await become('typeform', turned, { map: { 'contact.firstName': first } })
    expect(identity).toMatchObject({ firstName: 'Ada', emails: ['ada@example.com'] })
    const skipped = changed(response, 'form_response.answers', [])
    const hidden = changed(skipped, 'form_response.hidden', { email: 'eve@example.com' })
    expect((await become('typeform', hidden)).identity).toMatchObject({
      emails: ['eve@example.com'],
      phones: [],
    })
  })
})

describe('calendly', () => {
  it('makes a booking of the documented invitee.created', async () => {
    const { change, facts, identity } = await become('calendly', booking, {
      map: {
        'click.ttclid': {
          at: '/payload/questions_and_answers',
          where: { '/question': 'ttclid' },
          take: '/answer',
        },
      },
    })
    expect(change).toMatchObject({
      record: { type: 'booking', id: expect.stringMatching(/invitees\/IIIIIIIIIIIIIIII$/) },
      stage: 'booked',
      occurredAt: Date.parse('2026-11-20T10:03:20.123Z'),
    })
    expect(facts).toMatchObject({
      ttclid: 'E.C.P.CtgBhLvzVGRsZ1pR',
      utm: { source: 'tiktok', medium: 'paid_social', campaign: 'spring', content: null },
    })
    expect(identity).toMatchObject({
      emails: ['ada@example.com'],
      phones: ['+1 415-555-0100'],
      firstName: 'Ada',
      lastName: 'Example',
    })
  })

  it('ignores cancellations, and bookings that only move another', async () => {
    expect(await post('calendly', changed(booking, 'event', 'invitee.canceled'))).toEqual([])
    const moved = changed(booking, 'payload.old_invitee', 'https://api.calendly.com/x')
    expect(await post('calendly', moved)).toEqual([])
  })
})

describe('woocommerce-order', () => {
  it('makes a won order of the documented order', async () => {
    const { change, facts, identity } = await become('woocommerce-order', order)
    expect(change).toMatchObject({
      record: { type: 'order', id: '727' },
      milestone: 'won',
      occurredAt: Date.parse('2026-11-20T10:04:00Z'),
      amount: { minor: 2935, currency: 'USD' },
    })
    expect(facts).toMatchObject({
      orderId: '727',
      ttclid: 'E.C.P.CtgBhLvzVGRsZ1pS',
      pageUrl:
        'https://shop.example/sale?utm_source=tiktok&utm_campaign=spring&ttclid=E.C.P.CtgBhLvzVGRsZ1pS',
      utm: { source: 'tiktok', campaign: 'spring' },
      contents: [
        { id: '93', price: '3', quantity: 2, name: 'Example product' },
        { id: '22', price: '12', quantity: 1, name: 'Another example product' },
      ],
    })
    expect(identity).toMatchObject({
      emails: ['ada@example.com'],
      phones: ['(415) 555-0100'],
      firstName: 'Ada',
      zip: '94105',
      ip: '203.0.113.7',
      userAgent: expect.stringMatching(/^Mozilla/),
    })
  })

  it('is the same message again when something else about the order changes, and after it is completed', async () => {
    const { ticket } = await become('woocommerce-order', order)
    const touched = changed(order, 'date_modified_gmt', '2026-11-20T10:09:00')
    expect((await become('woocommerce-order', touched)).ticket).toEqual(ticket)
    const completed = changed(
      changed(touched, 'status', 'completed'),
      'date_completed_gmt',
      '2026-11-20T10:09:00',
    )
    expect((await become('woocommerce-order', completed)).ticket).toEqual(ticket)
  })

  it.each([
    ['cancelled', 'lost', '2026-11-20T10:04:05Z'],
    ['refunded', 'lost', '2026-11-20T10:04:05Z'],
    ['on-hold', 'on-hold', '2026-11-20T10:04:05Z'],
    ['pending', 'pending', '2026-11-20T10:01:00Z'],
    ['shipped-by-plugin', 'shipped-by-plugin', '2026-11-20T10:04:05Z'],
  ])('reads the status %s as %s', async (status, milestone, at) => {
    const { change } = await become('woocommerce-order', changed(order, 'status', status))
    expect(change).toMatchObject({ milestone, occurredAt: Date.parse(at) })
  })

  it('takes an order whose app wrote a word where the landing page stands', async () => {
    const body = changed(order, 'meta_data', [
      { key: '_wc_order_attribution_session_entry', value: 'MobileApp' },
    ])
    expect((await become('woocommerce-order', body)).facts.pageUrl).toBeNull()
  })

  it('ignores drafts and deleted orders', async () => {
    expect(await post('woocommerce-order', changed(order, 'status', 'checkout-draft'))).toEqual([])
    expect(await post('woocommerce-order', { id: 727 })).toEqual([])
  })

  it('leaves a place of the preset out that the source sets to null', async () => {
    const { facts } = await become('woocommerce-order', order, { map: { contents: null } })
    expect(facts.contents).toBeNull()
  })
})

it('hashes and keys nothing of a body beyond what is mapped', async () => {
  for (const [preset, body] of [
    ['stripe-invoice', invoice],
    ['woocommerce-order', order],
  ] as const) {
    const { ticket } = await become(preset, body)
    expect(JSON.stringify(ticket)).not.toMatch(/1 Example Street|wc_order_|idempotency/)
  }
})
