import type { RawIdentity } from '../../../core/identity/identity.ts'
import type { SfClient } from '../client/client.ts'
import type { Context } from '../client/login.ts'
import { rowsInChunks } from '../client/rows.ts'
import { chunks } from '../soql/chunks.ts'
import { historyOf, leadsBehind, rowsOf, statusesOf } from '../soql/statements.ts'
import { leadColumns, opportunityColumns } from './columns.ts'
import { type Lead, readLead } from './lead.ts'
import { type Opportunity, readOpportunity } from './opportunity.ts'
import type { Org } from './org.ts'
import { idIn, momentOf, type Row, textOf } from './row.ts'
import type { HistoryRow, StatusRow } from './transitions.ts'

/** What reads need: an open client, what is known of the org, and the settings. */
export interface Reader {
  client: SfClient
  org: Org
  settings: Context['settings']
}

/** The opportunities of these ids, by id; the recycle bin counts. What is not there was deleted for good. */
export async function readOpportunities(
  { client, org, settings }: Reader,
  ids: Iterable<string>,
): Promise<Map<string, { opportunity: Opportunity; identity: RawIdentity | null }>> {
  const columns = opportunityColumns(org, settings)
  const rows = await rowsInChunks<Row>(client, ids, (some) => rowsOf('Opportunity', columns, some), {
    of: 'Opportunity',
    deleted: true,
  })
  return new Map(rows.map((row) => [idIn(row, 'Id'), readOpportunity(row, org, settings)]))
}

/** The leads of these ids, by id. */
export async function readLeads(
  { client, org, settings }: Reader,
  ids: Iterable<string>,
): Promise<Map<string, { lead: Lead; identity: RawIdentity | null }>> {
  const columns = leadColumns(org, settings)
  const rows = await rowsInChunks<Row>(client, ids, (some) => rowsOf('Lead', columns, some), {
    of: 'Lead',
    deleted: true,
  })
  return new Map(rows.map((row) => [idIn(row, 'Id'), readLead(row, settings)]))
}

/** The whole history of these opportunities, by opportunity. */
export async function readHistories(
  { client }: Reader,
  ids: Iterable<string>,
): Promise<Map<string, HistoryRow[]>> {
  const rows = await rowsInChunks<Row>(client, ids, historyOf, { of: 'OpportunityHistory' })
  const histories = new Map<string, HistoryRow[]>()
  for (const row of rows) {
    const opportunityId = idIn(row, 'OpportunityId')
    const history = histories.get(opportunityId) ?? []
    histories.set(opportunityId, history)
    history.push({
      id: idIn(row, 'Id'),
      stage: textOf(row, 'StageName') ?? '',
      amount: typeof row.Amount === 'number' ? row.Amount : null,
      createdAt: momentOf(row, 'CreatedDate'),
    })
  }
  return histories
}

/** The tracked status changes of these leads, by lead; none where the org does not track them. */
export async function readStatuses(
  { client, org }: Reader,
  ids: Iterable<string>,
): Promise<Map<string, StatusRow[]>> {
  if (!org.hasLeadHistory) return new Map()
  const rows = await rowsInChunks<Row>(client, ids, statusesOf, { of: 'LeadHistory' })
  const told = rows.flatMap((row) => {
    const to = textOf(row, 'NewValue')
    if (to === null) return []
    const from = textOf(row, 'OldValue')
    return [
      { leadId: idIn(row, 'LeadId'), id: idIn(row, 'Id'), from, to, createdAt: momentOf(row, 'CreatedDate') },
    ]
  })
  return Map.groupBy(told, ({ leadId }) => leadId)
}

/**
 * The leads that became these opportunities: those that say so first, then those that became one of the contacts, the
 * latest before the opportunity began first. Asked only for opportunities that carry no click id themselves.
 */
export async function readLeadsBehind(
  { client, org, settings }: Reader,
  opportunities: readonly Opportunity[],
): Promise<Map<string, Lead[]>> {
  const asking = opportunities.filter(({ marks }) => !marks.some(({ ttclid }) => ttclid !== null))
  const found = new Map<string, Lead[]>()
  if (asking.length === 0 || !org.objects.get('Lead')?.has('ConvertedOpportunityId')) return found
  const columns = leadColumns(org, settings)
  const byId = new Map(asking.map((opportunity) => [opportunity.id, opportunity]))
  const rows = await Promise.all(
    chunks(byId.keys()).map(async (ids) => {
      const contacts = ids.flatMap((id) => byId.get(id)?.contacts ?? [])
      const [first = [], ...rest] = chunks(contacts)
      const statements = [
        leadsBehind(columns, ids, first),
        ...rest.map((some) => leadsBehind(columns, [], some)),
      ]
      const pages = statements.map((soql) => Array.fromAsync(client.pages<Row>(soql, { of: 'Lead' })))
      return (await Promise.all(pages)).flat(2)
    }),
  )
  const leads = new Map(rows.flat().map((row) => [idIn(row, 'Id'), readLead(row, settings).lead]))
  const byOpportunity = Map.groupBy(leads.values(), (lead) => lead.opportunityId)
  const byContact = Map.groupBy(leads.values(), (lead) => lead.contactId)
  for (const { id, contacts, createdAt } of asking) {
    const became = (byOpportunity.get(id) ?? []).toSorted(latestFirst)
    const earlier = contacts
      .flatMap((contact) => byContact.get(contact) ?? [])
      .filter((lead) => lead.createdAt <= createdAt && lead.opportunityId !== id)
      .toSorted(latestFirst)
    found.set(id, [...new Set([...became, ...earlier])])
  }
  return found
}

function latestFirst(a: Lead, b: Lead): number {
  return b.createdAt - a.createdAt || (a.id < b.id ? -1 : 1)
}
