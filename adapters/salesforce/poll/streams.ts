import type { Ticket } from '../../../core/adapter.ts'
import { type RecordType, ticket } from '../content.ts'
import { leadColumns, opportunityColumns } from '../records/columns.ts'
import type { Reader } from '../records/dossier.ts'
import { readLead } from '../records/lead.ts'
import { readOpportunity } from '../records/opportunity.ts'
import { idIn, momentOf, type Row } from '../records/row.ts'

/** An object whose changes are followed. */
export interface Stream {
  object: string
  columns: string
  /** Tickets of one row: none for a row that says nothing new. */
  tickets(row: Row): Ticket[]
}

/** What a poll follows: opportunities, who their contacts are, and leads. */
export function streamsOf(reader: Reader): Stream[] {
  const { org, settings } = reader
  const streams: Stream[] = [
    {
      object: 'Opportunity',
      columns: opportunityColumns(org, settings),
      tickets: (row) => [opportunityTicket(row, reader)],
    },
  ]
  if (org.objects.has('Contact'))
    streams.push({
      object: 'OpportunityContactRole',
      columns: 'Id, OpportunityId, SystemModstamp',
      // A new contact does not change the opportunity itself.
      tickets: (row) => [hint('role', idIn(row, 'Id'), row, 'opportunity', idIn(row, 'OpportunityId'))],
    })
  if (settings.leads && org.objects.has('Lead'))
    streams.push({
      object: 'Lead',
      columns: leadColumns(org, settings),
      tickets: (row) => leadTickets(row, reader),
    })
  return streams
}

/** The same row in the same state is the same ticket, however often polls overlap. */
function opportunityTicket(row: Row, { org, settings }: Reader): Ticket {
  const { opportunity, identity } = readOpportunity(row, org, settings)
  const { id, modifiedAt } = opportunity
  return ticket(
    `opportunity:${id}:${modifiedAt}`,
    { type: 'opportunity', id },
    { is: 'opportunity', opportunity },
    { identity },
  )
}

/** A lead, and the opportunity it became: what the lead knows of the click belongs to that deal. */
function leadTickets(row: Row, { settings }: Reader): Ticket[] {
  const { lead, identity } = readLead(row, settings)
  const { id, modifiedAt, opportunityId } = lead
  const own = ticket(`lead:${id}:${modifiedAt}`, { type: 'lead', id }, { is: 'lead', lead }, { identity })
  if (opportunityId === null) return [own]
  return [
    own,
    ticket(`converted:${id}:${opportunityId}`, { type: 'opportunity', id: opportunityId }, { is: 'hint' }),
  ]
}

function hint(kind: string, id: string, row: Row, type: RecordType, recordId: string): Ticket {
  return ticket(`${kind}:${id}:${momentOf(row, 'SystemModstamp')}`, { type, id: recordId }, { is: 'hint' })
}
