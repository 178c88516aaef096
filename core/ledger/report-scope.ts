import { type RawBuilder, sql } from 'kysely'
import { CLICK_AGES, OLDER } from '../model/reconciliation.ts'
import { DAY } from '../model/time.ts'
import type { Db } from './ledger.ts'
import { engineOf } from './rows.ts'

/** What a reconciliation is about. Times are epoch ms, from inclusive, to exclusive. */
export interface ReportScope {
  connectionId: string
  /** The event by each name it was ever sent under. */
  events: readonly string[]
  /** The milestones that rules send as this event, the rules, and the sources they listen to. */
  milestones: readonly string[]
  ruleIds: readonly string[]
  sourceIds: readonly string[]
  from: number
  to: number
  /** Currency of the report. */
  currency: string
  /** When rates changed, ascending: an amount of another currency belongs to the time between two of them. */
  rateTimes: readonly number[]
  /** Deliveries settled later than this do not count yet; null for all. */
  settledUntil: number | null
}

/** A list as SQL; an empty one matches nothing. */
export function listOf(values: readonly (string | number)[]): RawBuilder<unknown> {
  return values.length === 0 ? sql`(null)` : sql`(${sql.join(values.map((value) => sql`${value}`))})`
}

/** A value inside the JSON of `deals.known`, as text. */
export function knownText(
  db: Db,
  table: string,
  path: readonly (string | number)[],
): RawBuilder<string | null> {
  const reference = sql.ref(`${table}.known`)
  if (engineOf(db) === 'sqlite')
    return sql`json_extract(${reference}, ${sql.lit(`$${path.map((key) => (typeof key === 'number' ? `[${key}]` : `.${key}`)).join('')}`)})`
  return sql`(${reference} #>> ${sql.lit(`{${path.join(',')}}`)})`
}

/** The same as a whole number. */
export function knownNumber(
  db: Db,
  table: string,
  path: readonly (string | number)[],
): RawBuilder<number | null> {
  const text = knownText(db, table, path)
  return engineOf(db) === 'sqlite' ? sql`${text}` : sql`${text}::bigint`
}

/** `deals` with `known` as JSON that is parsed once a row. */
export function knownJson(db: Db, table: 'deals'): RawBuilder<unknown> {
  return engineOf(db) === 'sqlite'
    ? sql.ref(table)
    : sql`(select id, origin_id, source_id, record_type, record_id, known::jsonb as known from deals)`
}

/** Of CLICK_AGES the least that is not below the age of a click; null for no click, or one after the event. */
export function ageClass(at: RawBuilder<unknown>, clickedAt: RawBuilder<unknown>): RawBuilder<number | null> {
  const cases = CLICK_AGES.map(
    (days) => sql`when ${at} - ${clickedAt} <= ${sql.lit(days * DAY)} then ${sql.lit(days)}`,
  )
  return sql`case when ${clickedAt} is null or ${clickedAt} > ${at} then null ${sql.join(cases, sql` `)} else ${sql.lit(OLDER)} end`
}

/** Keeps PostgreSQL from reading the JSON again for every value that is taken out of it. */
export function fence(db: Db): RawBuilder<unknown> {
  return engineOf(db) === 'sqlite' ? sql`` : sql`offset 0`
}

/** Between which two changes of the rates a moment lies: their index, 0 before the first. */
export function rateEra(at: RawBuilder<unknown>, rateTimes: readonly number[]): RawBuilder<number> {
  if (rateTimes.length === 0) return sql`0`
  const cases = rateTimes
    .map((time, index) => sql`when ${at} >= ${time} then ${sql.lit(index + 1)}`)
    .reverse()
  return sql`case ${sql.join(cases, sql` `)} else 0 end`
}

/** Accepted deliveries of the scope, spelled out for the index that serves them. */
export function acceptedIn(
  { connectionId, events, settledUntil }: ReportScope,
  alias: string,
): RawBuilder<boolean> {
  const column = (name: string) => sql.ref(`${alias}.${name}`)
  const until = settledUntil === null ? sql`` : sql`and ${column('settled_at')} <= ${settledUntil}`
  return sql`${column('state')} = 'accepted' and ${column('connection_id')} = ${connectionId}
    and ${column('event')} in ${listOf(events)} ${until}`
}
