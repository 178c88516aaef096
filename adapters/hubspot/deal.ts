import type { Hydrated, RecordUpdate, Said } from '../../core/adapter.ts'
import type { RawIdentity } from '../../core/identity/identity.ts'
import { looksPersonal } from '../../core/model/page-url.ts'
import {
  EMPTY_FACTS,
  type Facts,
  type StageChange,
  type Touchpoint,
  VISITOR_FIELD,
} from '../../core/model/record.ts'
import { amountOf } from './amount.ts'
import { type Chosen, chooseContact, type Linked } from './choose-contact.ts'
import { type Click, clickOf, clickProperties, firstPlain, touchpointsOf, utmOf } from './clicks.ts'
import { personOf } from './person.ts'
import { type CrmRecord, propertyOf } from './records.ts'
import type { Settings } from './settings.ts'
import { stageChangesOf, type Translating } from './stage-changes.ts'

/** What is read of a deal. */
export function dealProperties(settings: Settings): { properties: string[]; history: string[] } {
  const clicks = clickProperties(settings)
  const own = ['dealstage', 'pipeline', 'amount', 'deal_currency_code', 'closedate']
  const calculated = ['hs_is_closed_won', 'hs_is_closed_lost', 'hs_merged_object_ids', 'hs_lastmodifieddate']
  return {
    properties: [...new Set([...own, ...calculated, ...clicks, VISITOR_FIELD, ...settings.fields])],
    history: ['dealstage', 'amount', ...clicks],
  }
}

/** A deal with the contacts that it is associated with. */
export interface DealWithContacts {
  deal: CrmRecord
  contacts: Linked[]
}

/** Everything known about a deal besides its stage. */
interface Context {
  facts: Facts
  asOf: number
  identity: RawIdentity | null
  touchpoints: Touchpoint[]
}

/** The deal in Closeback's words, each stage change with everything known. */
export function translateDeal(
  read: DealWithContacts,
  ticket: string,
  how: Translating,
  action: { key: string; stage: string; at: number }[] = [],
): Said[] {
  const { deal } = read
  const context = contextOf(read, how)
  const changes = [
    ...stageChangesOf(deal, how),
    ...action.map((each) => actionChange(deal, each, context.facts.amount)),
  ]
  const hydrated = changes.map((change): Hydrated => ({ ticket, change, ...context }))
  const mergedIds = mergedIdsOf(deal)
  // Without a stage change there is still what is known of the record, and who became part of it.
  if (hydrated.length > 0 && mergedIds.length === 0) return hydrated
  const update: RecordUpdate = { ticket, record: { type: 'deal', id: deal.id }, ...context }
  return [mergedIds.length > 0 ? { ...update, mergedIds } : update, ...hydrated]
}

function contextOf({ deal, contacts }: DealWithContacts, { settings, home }: Translating): Context {
  const chosen = chooseContact(contacts, settings)
  const click = clickFor(deal, chosen, settings)
  const amount = amountOf(propertyOf(deal, 'amount'), deal, home)
  const facts: Facts = {
    ...EMPTY_FACTS,
    amount: amount.money,
    ttclid: click?.id ?? null,
    clickedAt: click?.at ?? null,
    ttp: firstPlain(deal, settings.ttp) ?? (chosen && firstPlain(chosen.contact, settings.ttp)),
    utm: utmOf(deal, settings) ?? (chosen && utmOf(chosen.contact, settings)),
    hasContact: deal.archived ? null : contacts.length > 0,
    presence: deal.archived ? 'deleted' : 'present',
    fields: fieldsOf(deal, settings, amount.problem, chosen),
  }
  const touchpoints = [deal, ...(chosen ? [chosen.contact] : [])].flatMap((each) =>
    touchpointsOf(each, settings),
  )
  return {
    facts,
    // Both move on every write, so what is read later is never older; equal moments mean equal states.
    asOf: Math.max(deal.updatedAt, ...contacts.map(({ contact }) => contact.updatedAt)),
    identity: chosen && personOf(chosen.contact),
    touchpoints: oldestOfEach(touchpoints),
  }
}

/**
 * The deal's own click id, else its contact's. One that was copied from the contact to the deal is dated by the contact,
 * where it stood first.
 */
function clickFor(deal: CrmRecord, chosen: Chosen | null, settings: Settings): Click | null {
  const own = clickOf(deal, settings)
  const theirs = chosen?.click ?? null
  if (own === null) return theirs
  if (theirs === null || theirs.id !== own.id || theirs.at === null) return own
  return { id: own.id, at: own.at === null ? theirs.at : Math.min(own.at, theirs.at) }
}

function fieldsOf(
  deal: CrmRecord,
  settings: Settings,
  problem: string | null,
  chosen: Chosen | null,
): Record<string, string> | null {
  const fields: Record<string, string> = {}
  for (const name of settings.fields) {
    const value = propertyOf(deal, name)
    if (value !== null && !looksPersonal(value)) fields[name] = value
  }
  const visitor = firstPlain(deal, [VISITOR_FIELD]) ?? (chosen && firstPlain(chosen.contact, [VISITOR_FIELD]))
  if (visitor !== null) fields[VISITOR_FIELD] = visitor
  if (problem !== null) fields.amount_problem = problem
  // What is known is never forgotten: an amount that was corrected takes its problem back.
  else if ((deal.history.amount ?? []).length > 1) fields.amount_problem = ''
  if (chosen !== null && chosen.by !== 'only contact') fields.contact_chosen_by = chosen.by
  return Object.keys(fields).length > 0 ? fields : null
}

/** A click that was copied from contact to deal is one click, at its first moment. */
function oldestOfEach(points: readonly Touchpoint[]): Touchpoint[] {
  const clicks = new Map<string, Touchpoint>()
  const visits: Touchpoint[] = []
  for (const point of points) {
    if (point.ttclid === null) {
      visits.push(point)
      continue
    }
    const known = clicks.get(point.ttclid)
    if (!known || point.at < known.at) clicks.set(point.ttclid, point)
  }
  return [...clicks.values(), ...visits].sort((a, b) => a.at - b.at)
}

/** A workflow's own stage change; the deal stays where it is. */
function actionChange(
  deal: CrmRecord,
  { key, stage, at }: { key: string; stage: string; at: number },
  amount: StageChange['amount'],
): StageChange {
  return {
    key,
    record: { type: 'deal', id: deal.id },
    pipeline: propertyOf(deal, 'pipeline'),
    stage,
    previousStage: propertyOf(deal, 'dealstage'),
    milestone: stage,
    occurredAt: at,
    historyId: null,
    amount,
    browserEvent: null,
    aside: true,
  }
}

/** Records that became this one; they never answer again by their own id. */
export function mergedIdsOf(record: CrmRecord): string[] {
  const ids = propertyOf(record, 'hs_merged_object_ids')?.split(';') ?? []
  return ids.map((id) => id.trim()).filter((id) => /^\d{1,20}$/.test(id) && id !== record.id)
}
