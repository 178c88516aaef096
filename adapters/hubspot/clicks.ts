import { plain } from '../../core/model/page-url.ts'
import type { Touchpoint, Utm } from '../../core/model/record.ts'
import { type CrmRecord, propertyOf } from './records.ts'
import type { Settings } from './settings.ts'

const PARTS = ['source', 'medium', 'campaign', 'content', 'term', 'id'] as const

/** Every property that may hold a click or a visit. */
export function clickProperties({ clickIds, ttp, utm }: Settings): string[] {
  return [...new Set([...clickIds, ...ttp, ...PARTS.flatMap((part) => utm[part])])]
}

/** A TikTok click id on a record, and since when it stands there (epoch ms; `null` without history). */
export interface Click {
  id: string
  at: number | null
}

/** The click id that counts on this record: the first property of the list that holds one, in the case it was written. */
export function clickOf(record: CrmRecord, { clickIds }: Settings): Click | null {
  for (const name of clickIds) {
    // A macro that nobody expanded is no click.
    const id = plain(propertyOf(record, name))
    if (id !== null) return { id, at: since(record, name, id) }
  }
  return null
}

/** When this value was first set, of the last time it was set. */
function since(record: CrmRecord, name: string, value: string): number | null {
  let at: number | null = null
  for (const entry of record.history[name] ?? []) {
    if (plain(entry.value) !== value) at = null
    else at ??= entry.at
  }
  return at
}

/** The first value of each list of properties. */
export function firstPlain(record: CrmRecord, names: readonly string[]): string | null {
  for (const name of names) {
    const value = plain(propertyOf(record, name))
    if (value !== null) return value
  }
  return null
}

/** The UTM values of a record; `null` when it has none. */
export function utmOf(record: CrmRecord, { utm }: Settings): Utm | null {
  const values = Object.fromEntries(
    PARTS.map((part) => [part, firstPlain(record, utm[part])]),
  ) as unknown as Utm
  return Object.values(values).every((value) => value === null) ? null : values
}

/**
 * The clicks and visits a record remembers: each value that a click id or utm_source had, from the moment it was set. The
 * other UTM values are those that stood at that moment.
 */
export function touchpointsOf(record: CrmRecord, settings: Settings): Touchpoint[] {
  const { clickIds, utm, ttp } = settings
  const moments = new Map<number, string | null>()
  for (const name of utm.source) for (const entry of record.history[name] ?? []) moments.set(entry.at, null)
  for (const name of clickIds) {
    for (const entry of record.history[name] ?? []) {
      const id = plain(entry.value)
      if (id !== null) moments.set(entry.at, id)
    }
  }
  return [...moments].flatMap(([at, ttclid]): Touchpoint[] => {
    const then = asOf(record, at)
    const values = utmOf(then, settings)
    if (ttclid === null && values === null) return []
    const kind = ttclid === null ? 'visit' : 'click'
    return [{ at, kind, ttclid, ttp: firstPlain(then, ttp), utm: values, pageUrl: null, referrer: null }]
  })
}

/** The record as it was at a moment, as far as its history goes. */
function asOf(record: CrmRecord, at: number): CrmRecord {
  const properties: Record<string, string | null> = {}
  for (const [name, values] of Object.entries(record.history)) {
    properties[name] = values.findLast((entry) => entry.at <= at)?.value ?? null
  }
  return { ...record, properties }
}
