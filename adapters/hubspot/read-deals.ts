import { VISITOR_FIELD } from '../../core/model/record.ts'
import { clickOf, clickProperties } from './clicks.ts'
import { type DealWithContacts, dealProperties } from './deal.ts'
import { PERSON_PROPERTIES } from './person.ts'
import type { Portal } from './portal.ts'
import type { Association, CrmRecord } from './records.ts'

/** Deals by id with their contacts, in as few calls as the limits allow; archived ones only where they are asked for. */
export async function readDeals(portal: Portal, ids: readonly string[]): Promise<DealWithContacts[]> {
  const options = dealProperties(portal.ctx.settings)
  const found = await portal.api.read('deals', ids, options)
  const known = new Set(
    found.flatMap(({ id, properties }) => [id, ...merged(properties.hs_merged_object_ids)]),
  )
  const missing = ids.filter((id) => !known.has(id))
  // Archived deals answer only when they are asked for as such; they may have moved before they went.
  const archived =
    missing.length === 0 ? [] : await portal.api.read('deals', missing, { ...options, archived: true })
  return withContacts(portal, uniqueById([...found, ...archived]))
}

async function withContacts(portal: Portal, deals: readonly CrmRecord[]): Promise<DealWithContacts[]> {
  const present = deals.filter(({ archived }) => !archived).map(({ id }) => id)
  const links = await portal.api.associations('deals', 'contacts', present)
  const contacts = await readContacts(portal, links)
  return deals.map((deal) => ({
    deal,
    contacts: (links.get(deal.id) ?? []).flatMap((association) => {
      const contact = contacts.get(association.id)
      return contact ? [{ association, contact }] : []
    }),
  }))
}

/**
 * A hundred contacts a call without histories; only those that came by a TikTok ad are read again with theirs, for the
 * dates of their clicks.
 */
async function readContacts(
  { api, ctx: { settings } }: Portal,
  links: ReadonlyMap<string, Association[]>,
): Promise<Map<string, CrmRecord>> {
  const ids = [...new Set([...links.values()].flatMap((rows) => rows.map(({ id }) => id)))]
  const clicks = clickProperties(settings)
  const properties = [
    ...PERSON_PROPERTIES,
    ...clicks,
    VISITOR_FIELD,
    'hs_merged_object_ids',
    'lastmodifieddate',
  ]
  const found = await api.read('contacts', ids, { properties })
  const clicked = found.filter((contact) => clickOf(contact, settings) !== null).map(({ id }) => id)
  const dated = await api.read('contacts', clicked, { properties, history: clicks })
  const contacts = new Map<string, CrmRecord>()
  // Of a merged contact the survivor answers: it stands for all the ids it has had.
  for (const contact of [...found, ...dated]) {
    for (const id of [contact.id, ...merged(contact.properties.hs_merged_object_ids)])
      contacts.set(id, contact)
  }
  return contacts
}

function merged(ids: string | null | undefined): string[] {
  return ids ? ids.split(';').map((id) => id.trim()) : []
}

function uniqueById(records: readonly CrmRecord[]): CrmRecord[] {
  return [...new Map(records.map((record) => [record.id, record])).values()]
}
