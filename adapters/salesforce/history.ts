import { type Hydrated, isHydrated } from '../../core/adapter.ts'
import type { Context } from './client/login.ts'
import { PAGE_ROWS } from './constants.ts'
import { openReader } from './reader.ts'
import { leadColumns, opportunityColumns } from './records/columns.ts'
import { type Reader, readHistories, readLeadsBehind, readStatuses } from './records/dossier.ts'
import { readLead } from './records/lead.ts'
import { readOpportunity } from './records/opportunity.ts'
import { idIn, type Row } from './records/row.ts'
import { sayLead, sayOpportunity } from './records/said.ts'
import { statusChanges, transitions } from './records/transitions.ts'
import { rowsById } from './soql/statements.ts'

/** Opportunities whose history is read with one statement, and told as one page. */
const TOLD_AT_ONCE = 200

/** Every stage change since then, records in the order of their ids. */
export async function* history(since: number, ctx: Context): AsyncGenerator<Hydrated[]> {
  const reader = await openReader(ctx)
  const { org, settings } = reader
  for await (const rows of byId(reader, 'Opportunity', opportunityColumns(org, settings), since)) {
    for (let at = 0; at < rows.length; at += TOLD_AT_ONCE) {
      yield onlySince(await tellOpportunities(reader, rows.slice(at, at + TOLD_AT_ONCE)), since)
    }
  }
  if (!settings.leads || !org.objects.has('Lead')) return
  for await (const rows of byId(reader, 'Lead', leadColumns(org, settings), since)) {
    for (let at = 0; at < rows.length; at += TOLD_AT_ONCE)
      yield onlySince(await tellLeads(reader, rows.slice(at, at + TOLD_AT_ONCE)), since)
  }
}

function onlySince(said: Hydrated[], since: number): Hydrated[] {
  return said.filter(({ change }) => change.occurredAt >= since)
}

async function tellOpportunities(reader: Reader, rows: readonly Row[]): Promise<Hydrated[]> {
  const read = rows.map((row) => readOpportunity(row, reader.org, reader.settings))
  const opportunities = read.map(({ opportunity }) => opportunity)
  const [histories, leads] = await Promise.all([
    readHistories(
      reader,
      opportunities.map(({ id }) => id),
    ),
    readLeadsBehind(reader, opportunities),
  ])
  return read.flatMap(({ opportunity, identity }) => {
    const { id } = opportunity
    const changes = transitions(histories.get(id) ?? [], opportunity, reader.org.stages)
    return sayOpportunity(`history:${id}`, opportunity, changes, leads.get(id) ?? [], identity).filter(
      isHydrated,
    )
  })
}

async function tellLeads(reader: Reader, rows: readonly Row[]): Promise<Hydrated[]> {
  const read = rows.map((row) => readLead(row, reader.settings))
  const statuses = await readStatuses(
    reader,
    read.map(({ lead }) => lead.id),
  )
  return read.flatMap(({ lead, identity }) => {
    const changes = statusChanges(lead, statuses.get(lead.id) ?? [])
    return sayLead(`history:${lead.id}`, lead, changes, identity).filter(isHydrated)
  })
}

/** Rows by id, a page at a time: what changes while this goes on neither comes twice nor gets lost. */
async function* byId(
  { client }: Reader,
  object: string,
  columns: string,
  since: number,
): AsyncGenerator<Row[]> {
  let afterId: string | null = null
  for (let count = PAGE_ROWS; count === PAGE_ROWS; ) {
    count = 0
    for await (const rows of client.pages<Row>(rowsById(object, columns, { since, afterId }), {
      of: object,
    })) {
      const last = rows.at(-1)
      if (last === undefined) continue
      count += rows.length
      afterId = idIn(last, 'Id')
      yield rows
    }
  }
}
