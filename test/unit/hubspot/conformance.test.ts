import { createHmac } from 'node:crypto'
import { afterAll } from 'vitest'
import { createHubSpot } from '../../../adapters/hubspot/index.ts'
import type { Secrets, Settings } from '../../../adapters/hubspot/settings.ts'
import type { AdapterContext, InboundRequest, Ticket } from '../../../core/adapter.ts'
import { startHubSpotSandbox } from '../../../fixtures/sandbox/hubspot/index.ts'
import { describeAdapter } from '../../conformance/adapter.ts'
import { aContext } from './context.ts'

const SECRET = 'sandbox-client-secret'
const URL = 'https://closeback.example/hooks/hubspot/conformance'
const WON = '139921'
const LOST = '139922'
const now = Date.now()

const sandbox = await startHubSpotSandbox()
afterAll(() => sandbox.close())
const user = sandbox.user()
const contact = { email: 'ada@example.com', phone: '+14155550100', firstname: 'Ada', ttclid: 'E.C.P.Ada' }
const deal = (stage: string) => {
  const id = user.createDeal(
    { amount: '4200' },
    { contacts: [user.createContact({ ...contact, email: `${stage}-${contact.email}` })] },
  )
  user.moveDeal(id, stage)
  return id
}
const won = deal(WON)
const lost = deal(LOST)
await installed()

const event = (objectId: string, eventId: number) => ({
  eventId,
  portalId: 62515,
  occurredAt: now,
  subscriptionType: 'contact.propertyChange',
  attemptNumber: 0,
  objectId: Number(objectId),
  propertyName: 'email',
  propertyValue: 'ada@example.com',
})
const body = Buffer.from(
  JSON.stringify(
    [event(won, 1), event(lost, 2)].map((each) => ({ ...each, subscriptionType: 'deal.propertyChange' })),
  ),
)

function sign(said: Buffer, at: number, secret = SECRET): InboundRequest {
  const signature = createHmac('sha256', secret)
    .update(`POST${URL}`)
    .update(said)
    .update(String(at))
    .digest('base64')
  return {
    method: 'POST',
    url: URL,
    headers: { 'x-hubspot-signature-v3': signature, 'x-hubspot-request-timestamp': String(at) },
    body: said,
  }
}

async function ticketsOf(ctx: AdapterContext<Settings, Secrets>): Promise<Ticket[]> {
  const received = await createHubSpot().receive?.(sign(body, now), ctx)
  return (received ?? []).flatMap((one) => (one.ok ? [one.ticket] : []))
}

async function installed(): Promise<void> {
  const steps = createHubSpot().install?.({ dryRun: false }, aContext({ origin: sandbox.url }))
  for await (const step of steps ?? []) if (step.state === 'failed') throw new Error(step.detail)
}

const token = { accessToken: ['sandbox-token'], clientSecret: [SECRET] }

describeAdapter('hubspot', () => ({
  adapter: createHubSpot(),
  settings: {},
  secrets: token,
  now,
  origin: sandbox.url,
  receiving: {
    sign,
    body,
    signatureHeaders: ['x-hubspot-signature-v3', 'x-hubspot-request-timestamp'],
    signsUrl: true,
    forged: sign(body, now, 'another-secret'),
  },
  tickets: ticketsOf,
  wonAndLost: async (ctx) => (await ticketsOf(ctx)) as [Ticket, Ticket],
  identifiers: ['ada@example.com'],
  refusedSettings: [
    { what: 'no object', value: { portalId: 'abc' }, path: 'portalId' },
    { what: 'a label instead of a name', value: { fields: ['Deal Type'] }, path: 'fields' },
    { what: 'a country in words', value: { defaultCountry: 'Norway' }, path: 'defaultCountry' },
    { what: 'a currency that is none', value: { homeCurrency: 'DOGE' }, path: 'homeCurrency' },
  ],
  refusedSecrets: [
    { what: 'no token', value: { clientSecret: [SECRET] }, path: 'accessToken' },
    { what: 'half of OAuth', value: { refreshToken: ['refresh-token'] }, path: 'clientId' },
  ],
  failing: [
    { what: 'a wrong token', secrets: { accessToken: ['pat-wrong-token'], clientSecret: [SECRET] } },
    { what: 'another account', settings: createHubSpot().settings.parse({ portalId: 1 }) },
    { what: 'a property nobody made', settings: createHubSpot().settings.parse({ clickIds: ['clicked'] }) },
    { what: 'a field nobody made', settings: createHubSpot().settings.parse({ fields: ['nothing'] }) },
  ],
}))
