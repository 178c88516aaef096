import { webhook } from '../../../adapters/webhook/index.ts'
import type { Settings } from '../../../adapters/webhook/settings.ts'
import type { Ticket } from '../../../core/adapter.ts'
import type { Receiving } from '../../conformance/adapter-harness.ts'
import { describeAdapter } from '../../conformance/index.ts'
import { context, NOW, receive } from './samples.ts'
import { BASIC, fixture, SENDERS, type Sender } from './senders.ts'

interface Case {
  preset: NonNullable<Settings['preset']>
  sender: Sender
  bodies: Record<string, unknown>[]
  identifiers: string[]
}

const invoice = JSON.stringify(fixture('stripe-invoice/invoice.paid.json'))
const order = JSON.stringify(fixture('woocommerce-order/order.updated.json'))
const response = JSON.stringify(fixture('typeform/form_response.json'))
const booking = JSON.stringify(fixture('calendly/invitee.created.json'))

const CASES: Case[] = [
  {
    preset: 'stripe-invoice',
    sender: SENDERS.stripe,
    bodies: [invoice, invoice.replaceAll('Example0000000001', 'Example0000000002')].map((text) =>
      JSON.parse(text),
    ),
    identifiers: ['ada@example.com', '+14155550100', 'cus_Example00000001', '94105', 'San Francisco'],
  },
  {
    preset: 'pipedrive-deal',
    sender: BASIC,
    bodies: [fixture('pipedrive-deal/updated.deal.json'), fixture('pipedrive-deal/change.deal.json')],
    identifiers: ['501', '502', 'Ada'],
  },
  {
    preset: 'typeform',
    sender: SENDERS.typeform,
    bodies: [response, response.replaceAll('01JEX', '02JEX').replaceAll('a3a12ec6', 'b3a12ec6')].map((text) =>
      JSON.parse(text),
    ),
    identifiers: ['ada@example.com', '+14155550100', 'u-7', 'a3a12ec6', '01JEXAMPLE'],
  },
  {
    preset: 'calendly',
    sender: SENDERS.calendly,
    bodies: [booking, booking.replaceAll('IIII', 'JJJJ')].map((text) => JSON.parse(text)),
    identifiers: ['ada@example.com', '415-555-0100', 'Ada', 'owner@example.com'],
  },
  {
    preset: 'woocommerce-order',
    sender: SENDERS.woocommerce,
    bodies: [order, order.replaceAll('727', '728')].map((text) => JSON.parse(text)),
    identifiers: ['ada@example.com', '555-0100', 'Ada', '94105', 'San Francisco', '203.0.113.7', 'Mozilla'],
  },
]

const OTHER = 'user:another-secret-0123456789'

for (const { preset, sender, bodies, identifiers } of CASES) {
  const body = Buffer.from(JSON.stringify(bodies))
  const ticketsOf = async (settings: object = {}): Promise<Ticket[]> => {
    const signed = sender.sign(body, sender.secret)
    const received = await receive(signed, context({ preset, ...settings }, [sender.secret]))
    return received.map((one) => {
      if (!one.ok) throw new Error(JSON.stringify(one.invalid))
      return one.ticket
    })
  }
  describeAdapter(`webhook with the preset ${preset}`, () => ({
    adapter: webhook,
    settings: { preset, sample: bodies[0] },
    secrets: { signing: [sender.secret, OTHER] },
    now: NOW,
    // HTTP Basic signs no body: what holds for signatures does not hold for it (see schemes.test.ts).
    ...(sender === BASIC ? {} : { receiving: receivingOf(sender, body) }),
    tickets: () => ticketsOf(),
    wonAndLost: async () => {
      const [won] = await ticketsOf({ map: { stage: { const: 'won' } } })
      const [, lost] = await ticketsOf({ map: { stage: { const: 'Lost' } } })
      if (won === undefined || lost === undefined) throw new Error('two bodies make two tickets')
      return [won, lost]
    },
    identifiers,
    refusedSettings: [
      { what: 'no such preset', value: { preset: 'stripe-invoices' }, path: 'preset' },
      { what: 'a place that is no field', value: { preset, map: { amuont: '/x' } }, path: 'map' },
      { what: 'what is no pointer', value: { preset, map: { amount: 'data' } }, path: 'map' },
      { what: 'a gap', value: { preset, map: { stage: null } }, path: 'map' },
      { what: 'another sample', value: { preset, sample: { hello: 'world' } }, path: 'sample' },
      { what: 'no body', value: { preset, sample: [1] }, path: 'sample' },
    ],
    refusedSecrets: [
      { what: 'none', value: {}, path: 'signing' },
      { what: 'an empty one', value: { signing: [''] }, path: 'signing' },
      { what: 'lines', value: { signing: ['a\nb'] }, path: 'signing' },
    ],
    failing: [
      { what: 'no secret', secrets: { signing: [] } },
      { what: 'a short secret', secrets: { signing: ['user:short'] } },
      { what: 'the same secret twice', secrets: { signing: [OTHER, OTHER] } },
    ],
  }))
}

function receivingOf(sender: Sender, body: Buffer): Receiving {
  return {
    body,
    sign: (bytes, at) => sender.sign(bytes, sender.secret, at),
    signatureHeaders: [sender.header],
    signsUrl: false,
    forged: sender.sign(body, 'another secret'),
  }
}
