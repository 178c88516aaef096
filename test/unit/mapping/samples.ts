import { emptyHashedIdentity, type HashedIdentity } from '../../../core/identity/identity.ts'
import type { RuleStarts } from '../../../core/mapping/compiled-rule.ts'
import type { Mapped, MappedDelivery, MappingFacts } from '../../../core/mapping/mapped.ts'
import { compileRules } from '../../../core/mapping/mapper.ts'
import { EMPTY_FACTS, type Facts, type StageChange } from '../../../core/model/record.ts'
import { Workspace, type WorkspaceInput } from '../../../core/model/workspace.ts'

export const NOW = Date.parse('2026-11-20T12:00:00Z')
export const OCCURRED = Date.parse('2026-11-20T10:00:00Z')
const DIGEST = 'a'.repeat(64)

type ConnectionInput = NonNullable<WorkspaceInput['connections']>[number]
type RuleInput = NonNullable<WorkspaceInput['rules']>[number]
export type RateInput = NonNullable<WorkspaceInput['rates']>[number]

/** A pixel that takes everything since long ago, unless a test says otherwise. */
export function connection(over: Partial<ConnectionInput> = {}): ConnectionInput {
  return {
    id: 'us',
    advertiserId: '7000000000000000001',
    currency: 'USD',
    timezone: 'America/New_York',
    eventSets: { web: 'C4AAAAAAAAAAAAAAAAAA', defaultPageUrl: 'https://shop.example/' },
    tokens: { events: { env: 'TIKTOK_EVENTS_TOKEN' } },
    startAt: '2020-01-01T00:00:00Z',
    ...over,
  }
}

export interface RuleParts {
  id?: string
  source?: string
  when?: Partial<RuleInput['when']>
  audience?: RuleInput['audience']
  once?: boolean
  send?: Partial<RuleInput['send']>
}

/** Won deals as Purchase to `us`, with their amount. */
export function rule({
  id = 'won',
  source = '*',
  when,
  audience = 'any',
  once = true,
  send,
}: RuleParts = {}): RuleInput {
  return {
    id,
    source,
    audience,
    once,
    when: { stage: 'won', ...when },
    send: { event: 'Purchase', to: ['us'], value: { from: 'amount' }, ...send },
  }
}

export function workspace(parts: Partial<WorkspaceInput> = {}): Workspace {
  return Workspace.parse({
    version: 1,
    connections: [connection()],
    sources: [
      { id: 'crm', adapter: 'webhook' },
      { id: 'shop', adapter: 'webhook' },
    ],
    rules: [rule()],
    ...parts,
  })
}

export interface FactParts {
  source?: Partial<MappingFacts['source']>
  origin?: MappingFacts['origin']
  change?: Partial<StageChange>
  facts?: Partial<Facts>
  identity?: Partial<HashedIdentity>
  routes?: MappingFacts['routes']
  suppressed?: boolean
}

/** A deal of 4200.00 USD with an e-mail that was just won. */
export function won(parts: FactParts = {}): MappingFacts {
  const change: StageChange = {
    key: 'evt_1',
    record: { type: 'deal', id: 'D-1042' },
    pipeline: 'default',
    stage: 'closedwon',
    previousStage: null,
    milestone: 'won',
    occurredAt: OCCURRED,
    historyId: null,
    amount: null,
    browserEvent: null,
    ...parts.change,
  }
  return {
    source: { id: 'crm', uid: 'uid-1', createdAt: 0, leadEventSource: 'HubSpot', ...parts.source },
    origin: parts.origin ?? { sourceUid: 'uid-1', record: change.record },
    change,
    facts: { ...EMPTY_FACTS, amount: { minor: 420_000, currency: 'USD' }, ...parts.facts },
    identity: { ...emptyHashedIdentity(), email: [DIGEST], ...parts.identity },
    routes: parts.routes ?? new Map(),
    suppressed: parts.suppressed ?? false,
    now: NOW,
  }
}

export function map(parts: Partial<WorkspaceInput>, facts: FactParts = {}, starts: RuleStarts = new Map()) {
  return compileRules(workspace(parts), starts).map(won(facts))
}

/** The one entry there must be. */
export function only(entries: Mapped[]): Mapped {
  const [entry] = entries
  if (entry === undefined || entries.length !== 1)
    throw new Error(`expected one entry, got ${entries.length}`)
  return entry
}

/** The one entry there must be, as the delivery it must be. */
export function onlyDelivery(entries: Mapped[]): MappedDelivery {
  return delivered(only(entries))
}

export function delivered(entry: Mapped | null | undefined): MappedDelivery {
  if (entry?.kind === 'delivery') return entry
  throw new Error(`expected a delivery, got ${JSON.stringify(entry)}`)
}

/** What became of each rule, in short: `won>us: delivery`. */
export function outline(entries: Mapped[]): string[] {
  return entries.map((entry) => {
    const what =
      entry.kind === 'reason' ? entry.reason : entry.hold ? `held ${entry.hold.reason}` : 'delivery'
    return `${entry.ruleId}>${entry.connectionId}: ${what}`
  })
}
