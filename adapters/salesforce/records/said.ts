import type { Hydrated, RecordUpdate, Said } from '../../../core/adapter.ts'
import type { HashedIdentity, RawIdentity } from '../../../core/identity/identity.ts'
import { EMPTY_FACTS, type Facts, type StageChange } from '../../../core/model/record.ts'
import { readAmount } from './amount.ts'
import type { Lead } from './lead.ts'
import { touchpointsOf, trace, withVisitor } from './marks.ts'
import type { Opportunity } from './opportunity.ts'

type Identity = RawIdentity | HashedIdentity | null

/** Everything an opportunity says: its stage changes, or that it is there without a new one. */
export function sayOpportunity(
  ticket: string,
  opportunity: Opportunity,
  changes: readonly StageChange[],
  leads: readonly Lead[],
  identity: Identity,
): Said[] {
  const marks = [...opportunity.marks, ...leads.flatMap(({ mark }) => mark ?? [])]
  const { id, amount, currency, fields, hasContact, isDeleted, modifiedAt } = opportunity
  const facts: Facts = {
    ...EMPTY_FACTS,
    ...trace(marks),
    amount: readAmount(amount, currency),
    orderId: id,
    hasContact,
    presence: isDeleted ? 'deleted' : 'present',
    fields: withVisitor(fields, marks),
  }
  const shared = { ticket, facts, asOf: modifiedAt, identity }
  return entered({ type: 'opportunity', id }, changes, shared, touchpointsOf(marks))
}

/** Everything a lead says. A lead that was merged tells which one it became. */
export function sayLead(
  ticket: string,
  lead: Lead,
  changes: readonly StageChange[],
  identity: Identity,
): Said[] {
  const { id, mark, fields, modifiedAt, mergedInto } = lead
  const record = { type: 'lead', id }
  const marks = mark === null ? [] : [mark]
  const presence = mergedInto !== null ? 'merged' : lead.isDeleted ? 'deleted' : 'present'
  const facts: Facts = { ...EMPTY_FACTS, ...trace(marks), presence, fields: withVisitor(fields, marks) }
  const shared = { ticket, facts, asOf: modifiedAt, identity }
  const said = entered(record, presence === 'present' ? changes : [], shared, touchpointsOf(marks))
  if (mergedInto === null) return said
  const winner: RecordUpdate = {
    ticket,
    record: { type: 'lead', id: mergedInto },
    facts: { ...EMPTY_FACTS },
    asOf: modifiedAt,
    identity: null,
    touchpoints: [],
    mergedIds: [id],
  }
  return [...said, winner]
}

/** A record that is gone. */
export function sayGone(ticket: string, record: { type: string; id: string }, at: number): RecordUpdate {
  return {
    ticket,
    record,
    facts: { ...EMPTY_FACTS, presence: 'deleted' },
    asOf: at,
    identity: null,
    touchpoints: [],
  }
}

/** The touchpoints belong to the record, so they are said once. */
function entered(
  record: { type: string; id: string },
  changes: readonly StageChange[],
  shared: Pick<Hydrated, 'ticket' | 'facts' | 'asOf' | 'identity'>,
  touchpoints: Hydrated['touchpoints'],
): Said[] {
  if (changes.length === 0) return [{ ...shared, record, touchpoints }]
  return changes.map((change, at) => ({ ...shared, change, touchpoints: at === 0 ? touchpoints : [] }))
}
