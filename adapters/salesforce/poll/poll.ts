import type { PolledPage } from '../../../core/adapter.ts'
import type { JsonValue } from '../../../core/model/json.ts'
import type { Context } from '../client/login.ts'
import { SalesforceError } from '../client/salesforce-error.ts'
import { FIRST_LOOK_MS, LAG_MS, OVERLAP_MS, PAGE_ROWS, SWEEP_EVERY_MS } from '../constants.ts'
import { openReader } from '../reader.ts'
import type { Reader } from '../records/dossier.ts'
import { idIn, momentOf, type Row } from '../records/row.ts'
import { changedRows } from '../soql/statements.ts'
import { type Cursor, readCursor, type Window } from './cursor.ts'
import { type Stream, streamsOf } from './streams.ts'
import { sweep } from './sweep.ts'

/**
 * What changed since the cursor. Each object is read by windows of SystemModstamp: a window ends a minute ago, because
 * rows appear when their transaction commits but carry the moment before; it begins ten minutes before the last one
 * ended, for transactions that took longer; and once a day everything that changed is compared with the org's own list.
 */
export async function* poll(said: JsonValue | null, ctx: Context): AsyncGenerator<PolledPage> {
  const first = await openReader(ctx)
  const cursor = readCursor(said, first.client.serverNow())
  const isSweepDue = first.client.serverNow() - cursor.sweptAt >= SWEEP_EVERY_MS
  const reader = isSweepDue ? await openReader(ctx, { fresh: true }) : first
  noteStages(cursor, reader, ctx)
  for (const stream of streamsOf(reader)) yield* followed(stream, cursor, reader)
  if (isSweepDue) yield* sweep(cursor, reader, ctx)
  yield page([], cursor)
}

/** One object, page by page; a poll that is cut short goes on behind the last row. */
async function* followed(stream: Stream, cursor: Cursor, { client }: Reader): AsyncGenerator<PolledPage> {
  const { object, columns, tickets } = stream
  const now = client.serverNow()
  const window: Window = cursor.open[object] ?? {
    lower: (cursor.readTo[object] ?? now - FIRST_LOOK_MS) - OVERLAP_MS,
    upper: Math.floor((now - LAG_MS) / 1000) * 1000,
    after: null,
  }
  if (window.lower >= window.upper) return
  cursor.open[object] = window
  for (let rows = PAGE_ROWS; rows === PAGE_ROWS; ) {
    rows = 0
    try {
      for await (const some of client.pages<Row>(changedRows(object, columns, window), {
        of: object,
        deleted: true,
      })) {
        const last = some.at(-1)
        if (last === undefined) continue
        rows += some.length
        window.after = { modifiedAt: momentOf(last, 'SystemModstamp'), id: idIn(last, 'Id') }
        yield page(some.flatMap(tickets), cursor)
      }
    } catch (error) {
      // The list ran out between two of its pages: the statement is asked again behind the last row.
      if (!(error instanceof SalesforceError && error.kind === 'restart' && rows > 0)) throw error
      rows = PAGE_ROWS
    }
  }
  delete cursor.open[object]
  cursor.readTo[object] = window.upper
}

/** Somebody who changes in Setup what a stage means makes no record change: the deals in it stay what they were. */
function noteStages(cursor: Cursor, { org }: Reader, { log, sourceId }: Context): void {
  for (const { id, milestone } of org.stages.values()) {
    const before = cursor.stages[id]
    if (before !== undefined && before !== milestone)
      log.warn(
        { source: sourceId, stage: id, before, now: milestone },
        'salesforce_stage_means_something_else',
      )
  }
  cursor.stages = Object.fromEntries([...org.stages.values()].map(({ id, milestone }) => [id, milestone]))
}

function page(tickets: PolledPage['tickets'], cursor: Cursor): PolledPage {
  return { tickets, cursor: structuredClone(cursor) as unknown as JsonValue }
}
