import type { RecordUpdate, Said, StoredTicket } from '../../core/adapter.ts'
import { EMPTY_FACTS } from '../../core/model/record.ts'
import { type Content, contentOf } from './content.ts'
import { type DealWithContacts, mergedIdsOf, translateDeal } from './deal.ts'
import { hydrateForm } from './form.ts'
import type { Portal } from './portal.ts'
import { readDeals } from './read-deals.ts'
import { entriesOf } from './stage-changes.ts'
import { translating } from './translating.ts'

/** A ticket with what it remembers. */
interface Read {
  ticket: StoredTicket
  content: Content
}

/** The records behind tickets. However many hints there are of a deal, it is read once. */
export async function hydrate(tickets: readonly StoredTicket[], portal: Portal): Promise<Said[]> {
  const read = tickets.map((ticket) => ({ ticket, content: contentOf(ticket) }))
  const forms = read.filter(({ ticket }) => ticket.record.type === 'form')
  const byDeal = await dealsBehind(read, portal)
  const deals = await readDeals(portal, [...byDeal.keys()])
  const how = await translating(
    deals.map(({ deal }) => deal),
    portal,
  )
  const said: Said[] = []
  const answered = new Set<string>()
  for (const deal of deals) {
    const ids = [deal.deal.id, ...mergedIdsOf(deal.deal)]
    const behind = ids.flatMap((id) => byDeal.get(id) ?? [])
    for (const id of ids) answered.add(id)
    const [first] = behind
    if (first === undefined) continue
    reportGap(deal, portal)
    const actions = behind.flatMap(({ ticket, content: { action } }) =>
      action ? [{ key: ticket.key, ...action }] : [],
    )
    said.push(...translateDeal(deal, first.ticket.key, how, actions))
  }
  for (const [id, behind] of byDeal) {
    const [first] = behind
    if (first && !answered.has(id)) said.push(gone(id, first.ticket.key, portal.ctx.now()))
  }
  return [...said, ...forms.map(({ ticket, content }) => hydrateForm(ticket, content))]
}

/** Tickets by the deal they are about; those about a contact are about each of its deals. */
async function dealsBehind(read: readonly Read[], { api }: Portal): Promise<Map<string, Read[]>> {
  const byDeal = Map.groupBy(
    read.filter(({ ticket }) => ticket.record.type === 'deal'),
    ({ ticket }) => ticket.record.id,
  )
  const ofContacts = read.filter(({ ticket }) => ticket.record.type === 'contact')
  const contacts = [...new Set(ofContacts.map(({ ticket }) => ticket.record.id))]
  const links = await api.associations('contacts', 'deals', contacts)
  for (const each of ofContacts) {
    for (const { id } of links.get(each.ticket.record.id) ?? [])
      byDeal.set(id, [...(byDeal.get(id) ?? []), each])
  }
  return byDeal
}

/** Neither there nor archived: deleted for good, or never ours to read. */
function gone(id: string, ticket: string, now: number): RecordUpdate {
  const facts = { ...EMPTY_FACTS, presence: 'deleted' as const }
  return { ticket, record: { type: 'deal', id }, facts, asOf: now, identity: null, touchpoints: [] }
}

/** HubSpot keeps so many values and no more: what came before the oldest one may have been missed. */
function reportGap({ deal }: DealWithContacts, { ctx }: Portal): void {
  const { historyDepth } = ctx.settings
  if (historyDepth === undefined || entriesOf(deal).length < historyDepth) return
  ctx.log.warn({ source: ctx.sourceId, deal: deal.id }, 'hubspot_history_may_have_a_gap')
}
