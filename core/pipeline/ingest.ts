import type { AdapterContext, SourceAdapter } from '../adapter.ts'
import type { GroupCommit } from '../ledger/group-commit.ts'
import { type Arrival, appendTickets, type NewTicket } from '../ledger/inbox.ts'
import {
  endIngest,
  type IngestProgress,
  type IngestState,
  saveIngest,
  startIngest,
} from '../ledger/ingests.ts'
import { ClosebackError, type Issue } from '../model/errors.ts'
import type { JsonValue } from '../model/json.ts'
import type { Pipeline } from './context.ts'
import { toNewTicket } from './receive.ts'
import type { ActiveSource } from './settings.ts'

/** Of the problems of one group this many are told. */
const FIRST_ERRORS = 10

/** One line of a stream, hashed already: what it says, and what of it cannot be read. */
export interface Line {
  /** From 1. */
  number: number
  tickets: NewTicket[]
  invalid: LineError[]
}

export interface LineError {
  line: number
  /** The sender's own id of the item, if it has one. */
  id: string | null
  errors: Issue[]
}

/** What became of one group: every item of it is on disk. */
export interface GroupReport {
  group: number
  /** The last line of the group, counted from the beginning of the stream: a sender resumes behind it. */
  lines: number
  received: number
  duplicates: number
  conflicts: number
  invalid: number
  firstErrors: LineError[]
}

/** A stream of lines from a sender who is known. Nothing of it is held beyond the lines of one group. */
export interface Ingest {
  id: number
  /** Reads and hashes what one line says. */
  read(number: number, said: JsonValue): Line
  /** Commits lines and how far the stream is, in one transaction. Throws ClosebackError when not all of it is on disk. */
  commit(lines: readonly Line[], upTo: number): Promise<GroupReport>
  progress: Readonly<IngestProgress>
  end(state: Exclude<IngestState, 'running'>, error: string | null): Promise<void>
}

/** Begins a stream. Throws ClosebackError `not_found` for a source that takes none. */
export async function openIngest(
  pipeline: Pipeline,
  inbox: GroupCommit<NewTicket, Arrival>,
  { sourceId, keyId }: { sourceId: string; keyId: string },
): Promise<Ingest> {
  const { ledger } = pipeline
  let reader = await readerOf(pipeline, sourceId)
  const progress = { lines: 0, groups: 0, received: 0, duplicates: 0, conflicts: 0, invalid: 0 }
  const id = await startIngest(ledger.db, { sourceId, keyId }, ledger.now())

  /** One row that cannot be kept fails nobody else: tried alone, as everywhere. */
  async function addEach(tickets: readonly NewTicket[], lines: readonly Line[]): Promise<Arrival[]> {
    const outcomes = await Promise.allSettled(tickets.map((ticket) => inbox.add(ticket)))
    return outcomes.map((outcome, at) => {
      if (outcome.status === 'fulfilled') return outcome.value
      const line = lines.find((each) => each.tickets.includes(tickets[at] as NewTicket))
      throw new ClosebackError('unavailable', `Line ${line?.number} could not be stored.`, {
        remedy:
          'Send again from behind the last line that was answered; what is on disk counts as a duplicate.',
        cause: outcome.reason,
      })
    })
  }

  return {
    id,
    progress,
    read(number, said) {
      const line: Line = { number, tickets: [], invalid: [] }
      const { adapter, ctx, options } = reader
      for (const item of adapter.readLine?.(said, ctx) ?? []) {
        if (item.ok) line.tickets.push(toNewTicket(item.ticket, sourceId, options, pipeline.digestKey))
        else line.invalid.push({ line: number, id: item.invalid.id, errors: item.invalid.errors })
      }
      return line
    },
    async commit(lines, upTo) {
      const tickets = lines.flatMap((line) => line.tickets)
      const invalid = lines.flatMap((line) => line.invalid)
      const now = ledger.now()
      const after = (arrivals: readonly Arrival[]) => ({
        lines: upTo,
        groups: progress.groups + 1,
        received: progress.received + count(arrivals, 'received'),
        duplicates: progress.duplicates + count(arrivals, 'duplicate'),
        conflicts: progress.conflicts + count(arrivals, 'conflict'),
        invalid: progress.invalid + invalid.length,
      })
      const together = () =>
        ledger.transaction(async (tx) => {
          const made = tickets.length > 0 ? await appendTickets(tx, tickets, now) : []
          await saveIngest(tx, id, after(made), now)
          return made
        })
      const alone = async () => {
        const made = await addEach(tickets, lines)
        await saveIngest(ledger.db, id, after(made), now)
        return made
      }
      const arrivals = await together().catch(alone)
      Object.assign(progress, after(arrivals))
      // Settings may have changed meanwhile: what is read from now on is read by the new ones.
      reader = await readerOf(pipeline, sourceId, reader)
      const counts = {
        received: count(arrivals, 'received'),
        duplicates: count(arrivals, 'duplicate'),
        conflicts: count(arrivals, 'conflict'),
        invalid: invalid.length,
      }
      pipeline.meters.received(sourceId, counts)
      return {
        group: progress.groups,
        lines: upTo,
        ...counts,
        firstErrors: invalid.slice(0, FIRST_ERRORS),
      }
    },
    end: (state, error) => endIngest(ledger.db, id, { state, error }, ledger.now()),
  }
}

interface Reader {
  active: ActiveSource
  adapter: SourceAdapter
  ctx: AdapterContext<unknown, unknown>
  options: ReturnType<SourceAdapter['identityOptions']>
}

async function readerOf(pipeline: Pipeline, sourceId: string, known?: Reader): Promise<Reader> {
  const active = (await pipeline.settings()).sources.get(sourceId)
  if (known && known.active === active) return known
  if (!active?.adapter.readLine) {
    throw new ClosebackError('not_found', `There is no source "${sourceId}" that takes streams.`, {
      remedy: 'Check the address: /hooks/<adapter>/<source id>, with an id from the workspace.',
    })
  }
  const { adapter } = active
  const ctx = pipeline.adapterContext(active)
  return { active, adapter, ctx, options: adapter.identityOptions(ctx.settings) }
}

function count(arrivals: readonly Arrival[], arrival: Arrival): number {
  let n = 0
  for (const each of arrivals) if (each === arrival) n++
  return n
}
