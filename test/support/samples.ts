import type { WorkspaceInput } from '../../core/model/workspace.ts'
import { START } from './test-clock.ts'

export const PIXEL = 'C4AAAAAAAAAAAAAAAAAA'
export const CRM_SET = '7100000000000000001'
export const OFFLINE_SET = '7200000000000000001'
export const OTHER_PIXEL = 'C4BBBBBBBBBBBBBBBBBB'
export const SIGNING_SECRET = `whsec_${Buffer.alloc(24, 7).toString('base64')}`

type Connection = NonNullable<WorkspaceInput['connections']>[number]
type Source = NonNullable<WorkspaceInput['sources']>[number]
type Rule = NonNullable<WorkspaceInput['rules']>[number]

/** A connection to the sandbox's first advertiser, by its pixel; starts a month before the test's clock. */
export function connection(given: Partial<Connection> = {}): Connection {
  return {
    id: 'us-brand',
    advertiserId: '7000000000000000001',
    currency: 'USD',
    timezone: 'America/New_York',
    eventSets: { web: PIXEL, defaultPageUrl: 'https://shop.example/' },
    tokens: { events: { env: 'TIKTOK_EVENTS_TOKEN' } },
    startAt: '2026-10-01T00:00:00Z',
    ...given,
  }
}

/** A connection to the sandbox's second advertiser. */
export function otherConnection(given: Partial<Connection> = {}): Connection {
  return connection({
    id: 'eu-brand',
    advertiserId: '7000000000000000002',
    currency: 'EUR',
    timezone: 'Europe/Berlin',
    eventSets: { web: OTHER_PIXEL, defaultPageUrl: 'https://shop.example/' },
    tokens: { events: { env: 'TIKTOK_OTHER_TOKEN' } },
    ...given,
  })
}

/** A webhook source whose messages are signed with SIGNING_SECRET. */
export function source(given: Partial<Source> = {}): Source {
  return {
    id: 'shop-crm',
    adapter: 'webhook',
    secrets: { signing: { env: 'SHOP_CRM_SECRET' } },
    settings: { verify: 'standard', defaultCountry: 'US', defaultCurrency: 'USD' },
    ...given,
  }
}

/** Purchase of whatever is won, to the first connection, with its amount. */
export function rule(given: Partial<Omit<Rule, 'send'>> & { send?: Partial<Rule['send']> } = {}): Rule {
  const { send, ...rest } = given
  return {
    id: 'won',
    source: '*',
    when: { stage: 'won' },
    audience: 'any',
    ...rest,
    send: { event: 'Purchase', to: ['us-brand'], value: { from: 'amount' }, ...send },
  }
}

/** Settings with one connection, one source and one rule, unless given. */
export function settings(given: Partial<WorkspaceInput> = {}): WorkspaceInput {
  return { version: 1, connections: [connection()], sources: [source()], rules: [rule()], ...given }
}

/** An item of the webhook's native body, as far as tests read it. */
export interface Item extends Record<string, unknown> {
  id: string
  record: { type: string; id: string }
}

/** A deal that was won an hour ago, by a person of its own; `name` becomes the record's and the message's id. */
export function won(name: string, given: Record<string, unknown> = {}): Item {
  return {
    id: `evt-${name}`,
    record: { type: 'deal', id: name },
    stage: 'won',
    occurredAt: new Date(START - 3_600_000).toISOString(),
    amount: '4200.00',
    currency: 'USD',
    contact: { email: `${name.toLowerCase()}@example.com` },
    ...given,
  }
}
