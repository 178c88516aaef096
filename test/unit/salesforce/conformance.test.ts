import { afterAll } from 'vitest'
import { salesforce } from '../../../adapters/salesforce/index.ts'
import { settings } from '../../../adapters/salesforce/settings.ts'
import type { Ticket } from '../../../core/adapter.ts'
import { startSalesforceSandbox } from '../../../fixtures/sandbox/salesforce/index.ts'
import { describeAdapter } from '../../conformance/adapter.ts'
import type { AdapterHarness } from '../../conformance/adapter-harness.ts'
import { notification, outboundMessage } from './outbound.ts'

const sandbox = await startSalesforceSandbox()
afterAll(() => sandbox.close())

const TOKEN = 'a-token-of-at-least-thirty-two-characters'
const SECRETS = { clientId: ['sandbox-client'], clientSecret: ['sandbox-secret'], hookToken: [TOKEN] }
const NOW = Date.parse('2026-11-20T10:00:00Z')

const { user, clock } = sandbox.state
clock.set(NOW)
clock.freeze()
const past = { at: NOW - 3_600_000 }
const accountId = user.create('Account', { Name: 'Acme' }, past)
const contactId = user.create(
  'Contact',
  {
    AccountId: accountId,
    FirstName: 'Ada',
    LastName: 'Lovelace',
    Email: 'ada@acme.example',
    Phone: '+14155550100',
  },
  past,
)
const deal = (name: string) => {
  const id = user.create(
    'Opportunity',
    {
      Name: `${name} for Ada Lovelace`,
      AccountId: accountId,
      CloseDate: '2026-11-30',
      Amount: 4200,
      StageName: 'Proposal',
    },
    past,
  )
  user.create('OpportunityContactRole', { OpportunityId: id, ContactId: contactId, IsPrimary: true }, past)
  return id
}
const [won, lost] = [deal('Won'), deal('Lost')]
user.update('Opportunity', won, { StageName: 'Closed Won' }, { at: NOW - 1_800_000 })
user.update('Opportunity', lost, { StageName: 'Closed Lost' }, { at: NOW - 1_800_000 })
user.create(
  'Lead',
  { LastName: 'Hopper', FirstName: 'Grace', Company: 'Navy', Email: 'grace@navy.example' },
  past,
)

type Harness = AdapterHarness<
  Parameters<typeof salesforce.identityOptions>[0],
  Awaited<ReturnType<typeof salesforce.secrets.parse>>
>

async function polled(ctx: Parameters<Harness['tickets']>[0]): Promise<Ticket[]> {
  const pages = await Array.fromAsync(salesforce.poll?.(null, ctx) ?? [])
  return pages.flatMap(({ tickets }) => tickets).filter(({ key }) => !key.startsWith('role:'))
}

function request(body: Buffer, below: string) {
  return {
    method: 'POST',
    url: `https://closeback.example/hooks/salesforce/conformance/${below}`,
    below,
    headers: { 'content-type': 'text/xml; charset=utf-8' },
    body,
  }
}
const body = Buffer.from(
  outboundMessage(
    [notification('04lxx0000000001', won), notification('04lxx0000000002', lost)],
    '00D000000000001EAA',
  ),
)

describeAdapter(
  'salesforce',
  (): Harness => ({
    adapter: salesforce,
    settings: { sandbox: true },
    secrets: SECRETS,
    now: NOW,
    origin: sandbox.url,
    fetch: globalThis.fetch,
    tickets: polled,
    async wonAndLost(ctx) {
      const tickets = await polled(ctx)
      const of = (id: string) => tickets.find(({ record }) => record.id === id) as Ticket
      return [of(won), of(lost)]
    },
    identifiers: ['ada@acme.example', 'Lovelace', '4155550100', 'grace@navy.example', 'Hopper'],
    receiving: {
      sign: (bytes) => request(bytes, TOKEN),
      body,
      signatureHeaders: [],
      signsUrl: false,
      signsBody: false,
      forged: request(body, 'another-token-of-thirty-two-characters!'),
    },
    refusedSettings: [
      { what: 'an unknown log-in', value: { auth: 'password' }, path: 'auth' },
      {
        what: 'an organisation that is none',
        value: { organizationId: '001000000000001' },
        path: 'organizationId',
      },
      { what: 'a reserve above one', value: { dailyReserve: 1.5 }, path: 'dailyReserve' },
      { what: 'SOQL in a field name', value: { fields: { ttclid: 'Id FROM User' } }, path: 'fields' },
      { what: 'a currency that is none', value: { defaultCurrency: 'XXX' }, path: 'defaultCurrency' },
      { what: 'a login URL that is none', value: { loginUrl: 'acme' }, path: 'loginUrl' },
    ],
    refusedSecrets: [
      { what: 'a token that can be guessed', value: { hookToken: ['short'] }, path: 'hookToken' },
      { what: 'two secrets', value: { clientSecret: ['a', 'b'] }, path: 'clientSecret' },
    ],
    failing: [
      { what: 'no credentials', secrets: {} },
      { what: 'a wrong secret', secrets: { clientId: ['sandbox-client'], clientSecret: ['wrong'] } },
      { what: 'a sandbox that is not expected', settings: settings.parse({}) },
      {
        what: 'another organisation',
        settings: settings.parse({ sandbox: true, organizationId: '00D000000000009' }),
      },
      {
        what: 'fields that are not there',
        settings: settings.parse({
          sandbox: true,
          fields: { ttclid: 'click__c' },
          keepFields: ['Region__c'],
        }),
      },
      {
        what: 'a version that is not spoken',
        settings: settings.parse({ sandbox: true, apiVersion: '99.0' }),
      },
      { what: 'an org that does not answer', fetch: () => Promise.reject(new TypeError('fetch failed')) },
    ],
  }),
)
