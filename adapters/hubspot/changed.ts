import { ClosebackError } from '../../core/model/errors.ts'
import { toIso } from '../../core/model/time.ts'
import type { Filter, ObjectType } from './api.ts'
import { SEARCH_CAP, SEARCH_PAGE } from './constants.ts'
import type { Portal } from './portal.ts'
import { momentOf, propertyOf } from './records.ts'

/** A record that changed, and when (epoch ms). */
export interface Changed {
  id: string
  at: number
}

/** The property that moves on every write of such a record. */
const MODIFIED: Readonly<Record<ObjectType, string>> = { deals: 'hs_lastmodifieddate', contacts: 'lastmodifieddate' }

/**
 * Everything of a kind that changed since a moment, oldest change first, in pages. No query gives more than 10,000 rows:
 * before that the walk begins anew at the last moment it saw, and when one moment alone holds more, it goes through that
 * one by id. Rows on the seams come twice; records that change meanwhile move to the end and come again.
 *
 * @param property the moment to go by, where it is not that of the last change
 */
export async function* changedSince(
  portal: Portal,
  type: ObjectType,
  since: number,
  options: { property?: string; filters?: Filter[]; until?: number } = {},
): AsyncIterable<Changed[]> {
  const property = options.property ?? MODIFIED[type]
  const given = [
    ...(options.filters ?? []),
    ...(options.until === undefined ? [] : [filter(property, 'LT', options.until)]),
  ]
  const page = (filters: Filter[], sort: string, after: string) =>
    searchPage(portal, type, { filters: [...filters, ...given], sort, after, property })
  for (let from = since; ; ) {
    let after: string | null = '0'
    let last = from
    let full = false
    for (let rows = 0; after !== null && !full; ) {
      const found: { changed: Changed[]; after: string | null } = await page(
        [filter(property, 'GTE', from)],
        property,
        after,
      )
      if (found.changed.length > 0) yield found.changed
      rows += found.changed.length
      last = found.changed.at(-1)?.at ?? last
      after = found.after
      full = rows + SEARCH_PAGE > SEARCH_CAP
    }
    if (after === null) return
    if (last > from) {
      from = last
      continue
    }
    yield* ofOneMoment(from, property, page)
    from = last + 1
  }
}

/** More records changed in this one millisecond than a query gives, as an import does: they are told apart by id. */
async function* ofOneMoment(
  at: number,
  property: string,
  page: (filters: Filter[], sort: string, after: string) => Promise<{ changed: Changed[] }>,
): AsyncIterable<Changed[]> {
  for (let lastId = '0'; ; ) {
    const filters = [filter(property, 'EQ', at), filter('hs_object_id', 'GT', lastId)]
    const { changed } = await page(filters, 'hs_object_id', '0')
    const last = changed.at(-1)
    if (last === undefined) return
    yield changed
    lastId = last.id
  }
}

async function searchPage(
  { api }: Portal,
  type: ObjectType,
  { filters, sort, after, property }: { filters: Filter[]; sort: string; after: string; property: string },
) {
  const search = { filters, sort, properties: [property], limit: SEARCH_PAGE, after }
  const found = await api.search(type, search)
  const changed = found.records.map((record) => {
    const at = momentOf(propertyOf(record, property))
    if (at === null)
      throw new ClosebackError('unavailable', `HubSpot answered a search without ${property}.`, {
        remedy: 'Nothing to do: it is tried again by itself.',
      })
    return { id: record.id, at }
  })
  return { changed, after: found.after }
}

function filter(propertyName: string, operator: Filter['operator'], value: number | string): Filter {
  return { propertyName, operator, value: String(value) }
}

/** A key that tells one state of a record from the next: the same state seen again is no news. */
export function changeKey(kind: string, { id, at }: Changed): string {
  return `${kind}:${id}:${toIso(at)}`
}
