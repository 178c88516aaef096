import { type Hydrated, isHydrated } from '../../core/adapter.ts'
import type { ObjectType } from './api.ts'
import { changedSince } from './changed.ts'
import { HISTORY_BATCH } from './constants.ts'
import type { Content } from './content.ts'
import { translateDeal } from './deal.ts'
import { formTicket, hydrateForm } from './form.ts'
import type { Portal } from './portal.ts'
import { readDeals } from './read-deals.ts'
import { translating } from './translating.ts'

const DEALS: ObjectType = 'deals'

/** Two calls' worth of deals with their history, so that contacts are read in whole calls. */
const PAGE = 2 * HISTORY_BATCH

/**
 * Every stage change since a moment that HubSpot remembers. A deal that changed since then was modified since then, so
 * the search by modified date misses none; entries before the moment are left out.
 */
export async function* history(since: number, portal: Portal): AsyncIterable<Hydrated[]> {
  for await (const ids of idsChangedSince(since, portal)) {
    const deals = await readDeals(portal, ids)
    const how = await translating(
      deals.map(({ deal }) => deal),
      portal,
    )
    const said = deals
      .flatMap((deal) => translateDeal(deal, `history:${deal.deal.id}`, how))
      .filter(isHydrated)
    const page = said.filter(({ change }) => change.occurredAt >= since)
    if (page.length > 0) yield page
  }
  yield* formHistory(since, portal)
}

/** Ids in pages, each id once as long as nothing changes meanwhile; nothing of what came before is remembered. */
async function* idsChangedSince(since: number, portal: Portal): AsyncIterable<string[]> {
  let waiting: string[] = []
  let seam = new Set<string>()
  for await (const changed of changedSince(portal, DEALS, since)) {
    const fresh = changed.map(({ id }) => id).filter((id) => !seam.has(id))
    seam = new Set(changed.map(({ id }) => id))
    waiting.push(...fresh)
    while (waiting.length >= PAGE) {
      yield waiting.slice(0, PAGE)
      waiting = waiting.slice(PAGE)
    }
  }
  if (waiting.length > 0) yield waiting
}

async function* formHistory(since: number, portal: Portal): AsyncIterable<Hydrated[]> {
  const { settings, sourceId } = portal.ctx
  for (const { id: form } of await portal.forms()) {
    for (let after: string | null = null; ; ) {
      const page = await portal.api.submissions(form, after)
      const fresh = page.rows.filter(({ submittedAt }) => submittedAt >= since)
      const said = fresh.map((row): Hydrated => {
        const ticket = formTicket(form, row, settings, sourceId)
        const hydrated = hydrateForm({ ...ticket, identity: null }, ticket.content as unknown as Content)
        return { ...hydrated, identity: ticket.identity }
      })
      if (said.length > 0) yield said
      if (page.after === null || fresh.length < page.rows.length) break
      after = page.after
    }
  }
}
