import { PAGE_ROWS } from '../constants.ts'
import { list, moment, text } from './literal.ts'

/** Where a read by SystemModstamp goes on: behind this row. */
export interface After {
  /** Epoch ms. */
  modifiedAt: number
  id: string
}

/** One page of what changed in [lower, upper), both epoch ms, behind `after`. */
export function changedRows(
  object: string,
  columns: string,
  { lower, upper, after }: { lower: number; upper: number; after: After | null },
): string {
  const from =
    after === null
      ? `SystemModstamp >= ${moment(lower)}`
      : `(SystemModstamp > ${moment(after.modifiedAt)} OR (SystemModstamp = ${moment(after.modifiedAt)} AND Id > ${text(after.id)}))`
  return (
    `SELECT ${columns} FROM ${object} WHERE ${from} AND SystemModstamp < ${moment(upper)} ` +
    `ORDER BY SystemModstamp ASC, Id ASC LIMIT ${PAGE_ROWS}`
  )
}

/** One page of what changed since then, by id: rows that change meanwhile neither come twice nor get lost. */
export function rowsById(
  object: string,
  columns: string,
  { since, afterId }: { since: number; afterId: string | null },
): string {
  const behind = afterId === null ? '' : ` AND Id > ${text(afterId)}`
  return (
    `SELECT ${columns} FROM ${object} WHERE SystemModstamp >= ${moment(since)}${behind} ` +
    `ORDER BY Id ASC LIMIT ${PAGE_ROWS}`
  )
}

/** Rows of these ids. */
export function rowsOf(object: string, columns: string, ids: readonly string[]): string {
  return `SELECT ${columns} FROM ${object} WHERE Id IN (${list(ids)})`
}

/** The whole history of these opportunities. */
export function historyOf(ids: readonly string[]): string {
  return (
    'SELECT Id, OpportunityId, StageName, Amount, CreatedDate FROM OpportunityHistory ' +
    `WHERE OpportunityId IN (${list(ids)}) ORDER BY CreatedDate ASC, Id ASC`
  )
}

/** The status changes of these leads. Old and new values cannot be filtered. */
export function statusesOf(ids: readonly string[]): string {
  return (
    "SELECT Id, LeadId, OldValue, NewValue, CreatedDate FROM LeadHistory WHERE Field = 'Status' " +
    `AND LeadId IN (${list(ids)}) ORDER BY CreatedDate ASC, Id ASC`
  )
}

/** Leads that became these opportunities or contacts. */
export function leadsBehind(
  columns: string,
  opportunityIds: readonly string[],
  contactIds: readonly string[],
): string {
  const either = [
    ...(opportunityIds.length > 0 ? [`ConvertedOpportunityId IN (${list(opportunityIds)})`] : []),
    ...(contactIds.length > 0 ? [`ConvertedContactId IN (${list(contactIds)})`] : []),
  ]
  return `SELECT ${columns} FROM Lead WHERE IsConverted = true AND (${either.join(' OR ')})`
}

/** Opportunities with a history row of one of these stages in [from, to), behind `afterId`. */
export function enteredStages(
  stages: readonly string[],
  { from, to, afterId }: { from: number; to: number; afterId: string | null },
): string {
  const behind = afterId === null ? '' : ` AND OpportunityId > ${text(afterId)}`
  return (
    `SELECT Id, OpportunityId FROM OpportunityHistory WHERE StageName IN (${list(stages)}) AND CreatedDate >= ${moment(from)} ` +
    `AND CreatedDate < ${moment(to)}${behind} ORDER BY OpportunityId ASC, Id ASC LIMIT ${PAGE_ROWS}`
  )
}

/** The CRM's own totals of won opportunities by close date, both days inclusive (`2026-11-20`). */
export function wonTotals(days: { from: string; to: string }, isMultiCurrency: boolean): string {
  const [currency, group] = isMultiCurrency ? ['CurrencyIsoCode, ', ' GROUP BY CurrencyIsoCode'] : ['', '']
  return (
    `SELECT ${currency}COUNT(Id) deals, SUM(Amount) total FROM Opportunity ` +
    `WHERE IsWon = true AND CloseDate >= ${days.from} AND CloseDate <= ${days.to}${group}`
  )
}
