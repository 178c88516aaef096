import type { PolledPage, Ticket } from '../../../core/adapter.ts'
import type { JsonValue } from '../../../core/model/json.ts'
import { parseInstant } from '../../../core/model/time.ts'
import type { SfClient } from '../client/client.ts'
import type { Context } from '../client/login.ts'
import { SalesforceError } from '../client/salesforce-error.ts'
import { CHUNK_IDS, REPLICATION_MS, SWEEP_COVERS_MS } from '../constants.ts'
import { type RecordType, ticket } from '../content.ts'
import { id18 } from '../ids.ts'
import type { Reader } from '../records/dossier.ts'
import { chunks } from '../soql/chunks.ts'
import type { Cursor } from './cursor.ts'

interface Updated {
  ids: string[]
  latestDateCovered: string
}
interface Deleted {
  deletedRecords: { id: string; deletedDate: string }[]
}

/**
 * The net under the polls: everything that the org says was changed or deleted is read once more, with its history. What
 * the ledger knows already is ignored there; what a late commit hid from the polls is found.
 */
export async function* sweep(cursor: Cursor, reader: Reader, ctx: Context): AsyncGenerator<PolledPage> {
  const now = reader.client.serverNow()
  const start = Math.max(now - REPLICATION_MS, Math.min(cursor.sweptTo ?? now, now - SWEEP_COVERS_MS))
  let coveredTo = now
  for (const [object, type] of objectsOf(reader)) {
    const changes = await changesOf(reader.client, object, start, now).catch((error: unknown) => {
      if (!(error instanceof SalesforceError && error.kind === 'config')) throw error
      // Without the right to replicate the polls go on alone; check says so.
      ctx.log.warn({ source: ctx.sourceId, object, error: error.message }, 'salesforce_sweep_refused')
      return null
    })
    if (changes === null) continue
    coveredTo = Math.min(coveredTo, changes.coveredTo)
    const tickets = [
      ...changes.updated.map((id) => ticket(`sweep:${now}:${id}`, { type, id }, { is: 'hint' })),
      ...changes.deleted.map((one) => goneTicket(type, one)),
    ]
    for (const some of chunks(tickets.keys().map(String), CHUNK_IDS))
      yield {
        tickets: some.map((at) => tickets[Number(at)] as Ticket),
        cursor: structuredClone(cursor) as unknown as JsonValue,
      }
  }
  cursor.sweptTo = coveredTo
  cursor.sweptAt = now
}

function objectsOf({ org, settings }: Reader): [object: string, type: RecordType][] {
  const leads = settings.leads && org.objects.has('Lead')
  return [['Opportunity', 'opportunity'], ...(leads ? ([['Lead', 'lead']] as [string, RecordType][]) : [])]
}

function goneTicket(type: RecordType, { id, at }: { id: string; at: number }): Ticket {
  return ticket(`gone:${id}:${at}`, { type, id }, { is: 'gone', at })
}

/** Ids that changed in a period; a period with too many is asked for in halves. */
async function changesOf(
  client: SfClient,
  object: string,
  start: number,
  end: number,
): Promise<{ updated: string[]; deleted: { id: string; at: number }[]; coveredTo: number }> {
  const between = `start=${stamp(start)}&end=${stamp(end)}`
  try {
    const [updated, deleted] = await Promise.all([
      client.get<Updated>(`/sobjects/${object}/updated?${between}`, `listing changes of ${object}`),
      client.get<Deleted>(`/sobjects/${object}/deleted?${between}`, `listing deletions of ${object}`),
    ])
    return {
      updated: updated.ids.flatMap((id) => id18(id) ?? []),
      deleted: deleted.deletedRecords.flatMap(({ id, deletedDate }) => {
        const at = parseInstant(deletedDate)
        const known = id18(id)
        return at.ok && known !== null ? [{ id: known, at: at.value }] : []
      }),
      coveredTo: readOr(updated.latestDateCovered, start),
    }
  } catch (error) {
    const isTooMuch = error instanceof SalesforceError && error.errorCode === 'EXCEEDED_ID_LIMIT'
    if (!isTooMuch || end - start < 120_000) throw error
    const middle = start + Math.floor((end - start) / 2)
    const [a, b] = [
      await changesOf(client, object, start, middle),
      await changesOf(client, object, middle, end),
    ]
    return {
      updated: [...a.updated, ...b.updated],
      deleted: [...a.deleted, ...b.deleted],
      coveredTo: b.coveredTo,
    }
  }
}

/** As getUpdated takes it: seconds, with an offset. */
function stamp(ms: number): string {
  return encodeURIComponent(new Date(ms).toISOString().replace(/\.\d{3}Z$/, '+00:00'))
}

function readOr(text: string, otherwise: number): number {
  const read = parseInstant(text)
  return read.ok ? read.value : otherwise
}
