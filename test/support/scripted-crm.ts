import { z } from 'zod'
import type { RecordUpdate, Said, SourceAdapter, StoredTicket, Ticket } from '../../core/adapter.ts'
import { emptyRawIdentity } from '../../core/identity/identity.ts'
import { ClosebackError } from '../../core/model/errors.ts'
import type { Money } from '../../core/model/money.ts'
import { EMPTY_FACTS } from '../../core/model/record.ts'

/** A deal as the scripted CRM has it. */
export interface ScriptedDeal {
  id: string
  /** Stage and moment (epoch ms), oldest first. */
  stages: [stage: string, at: number][]
  amount: Money | null
  email: string | null
  mergedIds?: string[]
  /** `deal` unless given. */
  type?: string
  ttclid?: string
}

/** What a test does to the CRM; `script` is emptied before each. */
export const script = {
  deals: new Map<string, ScriptedDeal>(),
  /** Ids of changed deals, page by page; a page that is an error is thrown. */
  pages: [] as (string[] | Error)[],
  /** The cursor each poll was given. */
  cursors: [] as unknown[],
  /** How many tickets each hydrate was given. */
  hydrated: [] as number[],
  /** Awaited before each page. */
  gate: () => Promise.resolve(),
  clear() {
    Object.assign(script, {
      deals: new Map(),
      pages: [],
      cursors: [],
      hydrated: [],
      gate: () => Promise.resolve(),
    })
  },
}

/** Puts a deal into the CRM and tells of it in the next page. */
export function moved(deal: ScriptedDeal): void {
  script.deals.set(deal.id, deal)
  script.pages.push([deal.id])
}

function ticketOf(id: string, n: number): Ticket {
  return {
    key: `hint:${id}:${n}`,
    id: null,
    record: { type: script.deals.get(id)?.type ?? 'deal', id },
    said: { id, n },
    content: {},
    identity: null,
  }
}

function saidOf(deal: ScriptedDeal, { key: ticket }: StoredTicket): Said[] {
  const { ttclid = null } = deal
  const facts = { ...EMPTY_FACTS, amount: deal.amount, ttclid, hasContact: deal.email !== null }
  const identity = deal.email === null ? null : { ...emptyRawIdentity(), emails: [deal.email] }
  const common = { ticket, facts, identity, touchpoints: [] }
  const asOf = (deal.stages.at(-1)?.[1] ?? 0) + (deal.email === null ? 0 : 1)
  const record = { type: deal.type ?? 'deal', id: deal.id }
  const update: RecordUpdate = { ...common, asOf, record, mergedIds: deal.mergedIds ?? [] }
  const changes = deal.stages.map(
    ([stage, at]): Said => ({
      ...common,
      asOf,
      change: {
        key: `${deal.id}:${stage}:${at}`,
        record,
        pipeline: null,
        stage,
        previousStage: null,
        milestone: stage,
        occurredAt: at,
        historyId: null,
        amount: deal.amount,
        browserEvent: null,
      },
    }),
  )
  return [update, ...changes]
}

const scripted: SourceAdapter<object, object> = {
  id: 'scripted',
  title: 'Scripted CRM',
  leadEventSource: 'Scripted',
  settings: z.object({}),
  secrets: z.object({}),
  identityOptions: () => ({ defaultCountry: 'US' }),
  hydrateBatch: 1000,
  hookBelow: true,
  lendsFormClicks: true,
  check: async () => [],
  pollEvery: () => 60_000,
  async receive({ below }) {
    return below === 'token' ? [{ ok: true, ticket: ticketOf('D-hook', 0) }] : []
  },
  reply: ({ below }, { received, duplicates }) =>
    below === 'token' ? { status: 200, type: 'text/xml', body: `<ack n="${received + duplicates}"/>` } : null,
  async *poll(cursor) {
    script.cursors.push(cursor)
    let n = typeof cursor === 'number' ? cursor : 0
    while (n < script.pages.length) {
      const page = script.pages[n] ?? []
      await script.gate()
      if (page instanceof Error) throw page
      n += 1
      yield { tickets: page.map((id) => ticketOf(id, n)), cursor: n }
    }
  },
  async hydrate(tickets) {
    script.hydrated.push(tickets.length)
    return tickets.flatMap((ticket) => {
      const deal = script.deals.get(ticket.record.id)
      return deal ? saidOf(deal, ticket) : []
    })
  },
}

/** What a CRM that is down makes an adapter throw. */
export const DOWN = new ClosebackError('unavailable', 'The CRM does not answer.', {
  remedy: 'Nothing: it is tried again.',
})

export default scripted
