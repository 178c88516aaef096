import type { PolledPage, Ticket } from '../../core/adapter.ts'
import type { JsonValue } from '../../core/model/json.ts'
import { DAY, MINUTE } from '../../core/model/time.ts'
import type { ObjectType } from './api.ts'
import { type Changed, changedSince, changeKey } from './changed.ts'
import { FIRST_LOOK_MS, SWEEP_EVERY_MS } from './constants.ts'
import { HINT } from './content.ts'
import { type Cursor, readCursor } from './cursor.ts'
import { formTicket } from './form.ts'
import type { Portal } from './portal.ts'

/**
 * Everything that changed since the cursor, as hints: deals, contacts whose deals may now have an e-mail or a click id, and
 * submissions, of which no webhook tells. Each look goes back over the last minutes, because the search index is late, and
 * once a day over the last days, archived deals included; what was seen before is told by its key.
 */
export async function* poll(
  kept: JsonValue | null,
  portal: Portal,
  { asked } = { asked: false },
): AsyncIterable<PolledPage> {
  const { settings, now } = portal.ctx
  const cursor = readCursor(kept, now())
  const isSweep = now() - cursor.sweptAt >= SWEEP_EVERY_MS
  const back = isSweep ? settings.sweepDays * DAY : settings.overlapMinutes * MINUTE
  yield* changes(portal, 'deals', cursor, back)
  if (settings.contactChanges) yield* changes(portal, 'contacts', cursor, back)
  if (asked || isSweep || now() - cursor.formsAt >= settings.formsEveryMinutes * MINUTE) {
    yield* submissions(portal, cursor, back, asked)
    cursor.formsAt = now()
  }
  if (isSweep) {
    yield* archived(portal, cursor)
    cursor.sweptAt = now()
  }
  yield { tickets: [], cursor: { ...cursor } }
}

const SINGULAR: Readonly<Record<ObjectType, string>> = { deals: 'deal', contacts: 'contact' }

async function* changes(
  portal: Portal,
  type: ObjectType,
  cursor: Cursor,
  back: number,
): AsyncIterable<PolledPage> {
  for await (const page of changedSince(portal, type, cursor[type] - back)) {
    cursor[type] = Math.max(cursor[type], ...page.map(({ at }) => at))
    yield { tickets: page.map((each) => hint('poll', SINGULAR[type], each)), cursor: { ...cursor } }
  }
}

function hint(how: string, type: string, changed: Changed): Ticket {
  const { id } = changed
  const key = changeKey(`${how}:${type}`, changed)
  return { key, id: null, record: { type, id }, said: key, content: HINT, identity: null }
}

/** Archived deals never appear in a search: they are listed, all of them, because nothing says which are new. */
async function* archived(portal: Portal, cursor: Cursor): AsyncIterable<PolledPage> {
  for (let after: string | null = null; ; ) {
    const page = await portal.api.list('deals', after, {
      properties: ['hs_lastmodifieddate'],
      archived: true,
    })
    const changed = page.records.map(({ id, updatedAt }) => ({ id, at: updatedAt }))
    if (changed.length > 0)
      yield { tickets: changed.map((each) => hint('archived', 'deal', each)), cursor: { ...cursor } }
    if (page.after === null) return
    after = page.after
  }
}

/** Newest first, so a form is read until what was seen before; one that is new to us, from a day ago. */
async function* submissions(
  portal: Portal,
  cursor: Cursor,
  back: number,
  fresh: boolean,
): AsyncIterable<PolledPage> {
  const { settings, sourceId, now } = portal.ctx
  for (const { id: form } of await portal.forms(fresh)) {
    const since = (cursor.forms[form] ?? now() - FIRST_LOOK_MS) - back
    const tickets: Ticket[] = []
    let newest = cursor.forms[form] ?? now() - FIRST_LOOK_MS
    for (let after: string | null = null; ; ) {
      const page = await portal.api.submissions(form, after)
      const fresh = page.rows.filter(({ submittedAt }) => submittedAt >= since)
      tickets.push(...fresh.map((row) => formTicket(form, row, settings, sourceId)))
      newest = Math.max(newest, ...fresh.map(({ submittedAt }) => submittedAt))
      if (page.after === null || fresh.length < page.rows.length) break
      after = page.after
    }
    cursor.forms[form] = newest
    // All of a form or nothing: it is read backwards, so a part of it would hide the rest behind its newest.
    if (tickets.length > 0) yield { tickets, cursor: structuredClone(cursor) }
  }
}
