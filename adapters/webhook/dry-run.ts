import type { Ticket } from '../../core/adapter.ts'
import type { Issue } from '../../core/model/errors.ts'
import type { JsonValue } from '../../core/model/json.ts'
import { readBody } from './body.ts'
import { planOf } from './map/plan.ts'
import { readMapped } from './map/read-mapped.ts'
import { traced } from './map/traced.ts'
import type { Settings } from './settings.ts'
import { readItem } from './ticket.ts'

/** What one item of a body would become. */
export type DryItem =
  | {
      ok: true
      /** The native item without its `contact`: identifiers are shown by name only. */
      item: JsonValue
      /** Identifiers that were found: `email`, `phone`, `zip`. */
      identity: string[]
      /** What it would be remembered by, for ever. */
      key: string
    }
  | { ok: false; errors: Issue[] }

export interface DryRun {
  items: DryItem[]
  /** Bodies (or entries of one) that `when` leaves out. */
  ignored: number
}

export interface DryRunOptions {
  sourceId: string
  /** Epoch ms. */
  now: number
  /** `application/json` unless the body is lines. */
  type?: 'application/json' | 'application/x-ndjson'
}

/**
 * What a body would become under the settings of a source: nothing is verified, stored or sent, and no identifier is
 * repeated. Throws ClosebackError for a body that cannot be read at all.
 */
export function dryRun(body: Buffer, settings: Settings, options: DryRunOptions): DryRun {
  const { sourceId, now, type = 'application/json' } = options
  const request = { method: 'POST', url: '', headers: { 'content-type': type }, body }
  const plan = planOf(settings)
  const items: DryItem[] = []
  let ignored = 0
  for (const one of readBody(request)) {
    if (!one.ok) {
      items.push({ ok: false, errors: [one.issue] })
      continue
    }
    const mapped = readMapped(one.value, settings)
    if (mapped.length === 0) ignored++
    for (const item of mapped) {
      const read = readItem(item, items.length, { sourceId, settings, now, messageId: null })
      if (read.ok) items.push({ ok: true, ...shown(item, read.ticket), key: read.ticket.key })
      else {
        const { errors } = read.invalid
        items.push({ ok: false, errors: plan === null ? errors : traced(errors, plan) })
      }
    }
  }
  return { items, ignored }
}

/** As it will be kept: the contact by names, and of a form no id but the hashed one. */
function shown(said: JsonValue, { record }: Ticket): { item: JsonValue; identity: string[] } {
  const { contact, id, ...item } = said as Record<string, JsonValue>
  const identity = Object.entries((contact ?? {}) as Record<string, JsonValue>)
    .filter(([, value]) => value !== null && value !== '' && !(Array.isArray(value) && value.length === 0))
    .map(([name]) => name)
  const own = id === undefined || record.type === 'form' ? {} : { id }
  return { item: { ...own, ...item, record: { ...(item.record as object), ...record } }, identity }
}
