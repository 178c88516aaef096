import { ClosebackError } from '../../core/model/errors.ts'
import { toIso } from '../../core/model/time.ts'
import type { Filter, ObjectType } from './api.ts'
import { SEARCH_PAGE } from './constants.ts'
import type { Portal } from './portal.ts'
import { momentOf, propertyOf } from './records.ts'

/** A record that changed, and when (epoch ms). */
export interface Changed {
  id: string
  at: number
}

/** The property that moves on every write of such a record. */
const MODIFIED: Readonly<Record<ObjectType, string>> = {
  deals: 'hs_lastmodifieddate',
  contacts: 'lastmodifieddate',
}

/**
 * Everything of a kind that changed since a moment, oldest change first, in pages. Each page begins at the last moment of
 * the one before, never at an offset: a record that changes meanwhile moves to the end, and at an offset another one would
 * slip through its place. So no query comes near 10,000 rows either. Rows of that moment come twice; when it alone fills a
 * page, as after an import, its records are gone through by id.
 *
 * @param options.property the moment to go by, where it is not that of the last change
 */
export async function* changedSince(
  portal: Portal,
  type: ObjectType,
  since: number,
  options: { property?: string; filters?: readonly Filter[]; until?: number } = {},
): AsyncIterable<Changed[]> {
  const { property = MODIFIED[type], filters = [], until } = options
  const given = until === undefined ? filters : [...filters, filter(property, 'LT', until)]
  for (let from = since; ; ) {
    const query = { filters: [filter(property, 'GTE', from), ...given], sort: property, property }
    const page = await searchPage(portal, type, query)
    if (page.changed.length > 0) yield page.changed
    if (page.isLast) return
    const last = page.changed.at(-1)?.at ?? from
    if (last > from) {
      from = last
      continue
    }
    yield* ofOneMoment(portal, type, property, from, given)
    from += 1
  }
}

async function* ofOneMoment(
  portal: Portal,
  type: ObjectType,
  property: string,
  at: number,
  given: readonly Filter[],
): AsyncIterable<Changed[]> {
  for (let lastId = '0'; ; ) {
    const filters = [filter(property, 'EQ', at), filter('hs_object_id', 'GT', lastId), ...given]
    const { changed, isLast } = await searchPage(portal, type, { filters, sort: 'hs_object_id', property })
    if (changed.length > 0) yield changed
    if (isLast) return
    lastId = changed.at(-1)?.id ?? lastId
  }
}

async function searchPage(
  { api }: Portal,
  type: ObjectType,
  { filters, sort, property }: { filters: Filter[]; sort: string; property: string },
) {
  const search = { filters, sort, properties: [property], limit: SEARCH_PAGE, after: '0' }
  const found = await api.search(type, search)
  const changed = found.records.map((record) => {
    const at = momentOf(propertyOf(record, property))
    if (at === null)
      throw new ClosebackError('unavailable', `HubSpot answered a search without ${property}.`, {
        remedy: 'Nothing to do: it is tried again by itself.',
      })
    return { id: record.id, at }
  })
  return { changed, isLast: found.after === null }
}

function filter(propertyName: string, operator: Filter['operator'], value: number | string): Filter {
  return { propertyName, operator, value: String(value) }
}

/** A key that tells one state of a record from the next: the same state seen again is no news. */
export function changeKey(kind: string, { id, at }: Changed): string {
  return `${kind}:${id}:${toIso(at)}`
}
