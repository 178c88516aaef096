import type { Said, StoredTicket } from '../../core/adapter.ts'
import type { HashedIdentity, RawIdentity } from '../../core/identity/identity.ts'
import type { Context } from './client/login.ts'
import { contentOf } from './content.ts'
import { openReader } from './reader.ts'
import {
  type Reader,
  readHistories,
  readLeads,
  readLeadsBehind,
  readOpportunities,
  readStatuses,
} from './records/dossier.ts'
import type { Lead } from './records/lead.ts'
import type { Opportunity } from './records/opportunity.ts'
import { sayGone, sayLead, sayOpportunity } from './records/said.ts'
import { statusChanges, transitions } from './records/transitions.ts'

interface Seen<Record> {
  ticket: string
  record: Record
  identity: RawIdentity | HashedIdentity | null
}

/**
 * What happened to the records behind tickets. Records that a poll saw come with the ticket; those that a message named
 * are read first. Then one statement for each 200 opportunities reads their history, and one more the leads behind those
 * without a click id.
 */
export async function hydrate(tickets: readonly StoredTicket[], ctx: Context): Promise<Said[]> {
  const opportunities: Seen<Opportunity>[] = []
  const leads: Seen<Lead>[] = []
  const hints: StoredTicket[] = []
  const said: Said[] = []
  for (const stored of tickets) {
    const content = contentOf(stored)
    const seen = { ticket: stored.key, identity: stored.identity }
    if (content.is === 'opportunity') opportunities.push({ ...seen, record: content.opportunity })
    else if (content.is === 'lead') leads.push({ ...seen, record: content.lead })
    else if (content.is === 'gone') said.push(sayGone(stored.key, stored.record, content.at))
    else hints.push(stored)
  }
  if (opportunities.length + hints.length + leads.length === 0) return said
  const reader = await openReader(ctx)
  said.push(...(await readHints(reader, hints, opportunities, leads)))
  said.push(...(await tellOpportunities(reader, opportunities, ctx)))
  return [...said, ...(await tellLeads(reader, leads))]
}

/** Reads what the hints name into `opportunities` and `leads`; what is not there any more is told as gone. */
async function readHints(
  reader: Reader,
  hints: readonly StoredTicket[],
  opportunities: Seen<Opportunity>[],
  leads: Seen<Lead>[],
): Promise<Said[]> {
  const idsOf = (type: string) => hints.flatMap(({ record }) => (record.type === type ? [record.id] : []))
  const [foundOpportunities, foundLeads] = await Promise.all([
    readOpportunities(reader, idsOf('opportunity')),
    readLeads(reader, idsOf('lead')),
  ])
  return hints.flatMap(({ key, record }) => {
    const opportunity = foundOpportunities.get(record.id)
    const lead = foundLeads.get(record.id)
    if (opportunity)
      opportunities.push({ ticket: key, record: opportunity.opportunity, identity: opportunity.identity })
    else if (lead) leads.push({ ticket: key, record: lead.lead, identity: lead.identity })
    else return [sayGone(key, record, reader.client.serverNow())]
    return []
  })
}

async function tellOpportunities(
  reader: Reader,
  opportunities: readonly Seen<Opportunity>[],
  ctx: Context,
): Promise<Said[]> {
  const living = opportunities.flatMap(({ record }) => (record.isDeleted ? [] : [record]))
  const [histories, leadsBehind] = await Promise.all([
    readHistories(
      reader,
      living.map(({ id }) => id),
    ),
    readLeadsBehind(reader, living),
  ])
  const unlisted = new Set<string>()
  const said = opportunities.flatMap(({ ticket, record, identity }) => {
    const changes = record.isDeleted
      ? []
      : transitions(histories.get(record.id) ?? [], record, reader.org.stages)
    for (const { stage } of changes) if (!reader.org.stages.has(stage)) unlisted.add(stage)
    return sayOpportunity(ticket, record, changes, leadsBehind.get(record.id) ?? [], identity)
  })
  if (unlisted.size > 0)
    ctx.log.warn({ source: ctx.sourceId, stages: [...unlisted] }, 'salesforce_stage_not_in_setup')
  return said
}

async function tellLeads(reader: Reader, leads: readonly Seen<Lead>[]): Promise<Said[]> {
  const living = leads.flatMap(({ record }) => (record.isDeleted ? [] : [record.id]))
  const statuses = await readStatuses(reader, living)
  return leads.flatMap(({ ticket, record, identity }) =>
    sayLead(ticket, record, statusChanges(record, statuses.get(record.id) ?? []), identity),
  )
}
