import { type Click, clickOf } from './clicks.ts'
import type { Association, CrmRecord } from './records.ts'
import type { Settings } from './settings.ts'

/** How the contact of a deal was chosen. */
export type ChosenBy = 'only contact' | 'label' | 'click id' | 'latest click id' | 'earliest contact'

export interface Chosen {
  contact: CrmRecord
  click: Click | null
  by: ChosenBy
}

/** A contact that a deal is associated with. */
export interface Linked {
  association: Association
  contact: CrmRecord
}

/**
 * One contact for a deal, always the same: HubSpot has no primary one. The configured label wins, then a click id, then
 * the latest click id, then the contact that was made first.
 */
export function chooseContact(linked: readonly Linked[], settings: Settings): Chosen | null {
  const all = linked
    .map(({ association, contact }) => ({ association, contact, click: clickOf(contact, settings) }))
    .sort((a, b) => byAge(a.contact.id, b.contact.id))
  const [first] = all
  if (first === undefined) return null
  if (all.length === 1) return { ...first, by: 'only contact' }
  const labelled = all.find(({ association }) => association.labels.includes(settings.contactLabel ?? ''))
  if (labelled) return { ...labelled, by: 'label' }
  const clicked = all.filter(({ click }) => click !== null)
  const [one] = clicked
  if (one === undefined) return { ...first, by: 'earliest contact' }
  if (clicked.length === 1) return { ...one, by: 'click id' }
  const latest = clicked.reduce((best, each) => (timeOf(each.click) > timeOf(best.click) ? each : best))
  return { ...latest, by: 'latest click id' }
}

function timeOf(click: Click | null): number {
  return click?.at ?? 0
}

/** Ids are numbers that grow, too long for a double. */
function byAge(a: string, b: string): number {
  return a.length - b.length || (a < b ? -1 : 1)
}
