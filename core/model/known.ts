import { emptyHashedIdentity, type HashedIdentity } from '../identity/identity.ts'
import { EMPTY_FACTS, type Facts } from './record.ts'

/** One fact with the moment it holds for; `key` (the stage change's) breaks ties, so that order of arrival never matters. */
export type KnownFact = [value: unknown, asOf: number, key: string]

/**
 * What is known about a record: a map in which the latest fact wins, name by name. Merging is commutative,
 * associative and idempotent, so every order of arrival, and every repetition, gives the same Deal.
 */
export type Known = Record<string, KnownFact>

/** The stage the record is in, as far as anybody said. */
export interface KnownStage {
  pipeline: string | null
  stage: string
  milestone: string
}

const IDENTITY_PARTS = [
  'email',
  'phone',
  'externalId',
  'firstName',
  'lastName',
  'zip',
  'city',
  'state',
  'country',
  'ip',
  'userAgent',
  'locale',
] as const

/** The facts of one message, stamped with the moment they hold for. Unknown facts leave no mark. */
export function stamp(
  facts: Facts,
  identity: HashedIdentity | null,
  stage: KnownStage | null,
  asOf: number,
  key: string,
): Known {
  const known: Known = {}
  const put = (name: string, value: unknown) => {
    if (value !== null && value !== undefined) known[name] = [value, asOf, key]
  }
  for (const [name, value] of Object.entries(facts)) {
    // A click and its moment are one fact: the time of one click must never meet the id of another.
    if (name === 'ttclid' || name === 'clickedAt' || name === 'fields') continue
    put(name, value)
  }
  if (facts.ttclid !== null) put('click', [facts.ttclid, facts.clickedAt])
  for (const [name, value] of Object.entries(facts.fields ?? {})) put(`field:${name}`, value)
  if (identity) {
    for (const part of IDENTITY_PARTS) {
      const value = identity[part]
      if (!Array.isArray(value) || value.length > 0) put(`identity:${part}`, value)
    }
  }
  put('stage', stage)
  return known
}

/** The later fact of each name; of two at the same moment the one with the larger key. */
export function mergeKnown(a: Known, b: Known): Known {
  const merged: Known = { ...a }
  for (const [name, fact] of Object.entries(b)) {
    const other = merged[name]
    if (!other || isLater(fact, other)) merged[name] = fact
  }
  return merged
}

function isLater([value, asOf, key]: KnownFact, [otherValue, otherAsOf, otherKey]: KnownFact): boolean {
  if (asOf !== otherAsOf) return asOf > otherAsOf
  if (key !== otherKey) return key > otherKey
  return JSON.stringify(value) > JSON.stringify(otherValue)
}

/** What a form knows of the way its visitor came, and lends to records that do not know it themselves. */
const LENT = ['click', 'ttp', 'utm', 'pageUrl'] as const
const LENT_BY_FORM = 'form:'

/** What a form lends, under names of its own: the record's own facts stand before it however old they are. */
export function lentBy(form: Known): Known {
  const lent: Known = {}
  for (const name of LENT) if (form[name]) lent[LENT_BY_FORM + name] = form[name]
  return lent
}

/** The facts without their stamps. */
export function factsOf(own: Known): Facts {
  const known = { ...own }
  for (const name of LENT) {
    const lent = own[LENT_BY_FORM + name]
    if (lent && !known[name]) known[name] = lent
  }
  const facts: Facts = { ...EMPTY_FACTS }
  const fields: Record<string, string> = {}
  for (const [name, [value]] of Object.entries(known)) {
    if (name.startsWith('field:')) fields[name.slice('field:'.length)] = value as string
    else if (name in facts) Object.assign(facts, { [name]: value })
  }
  if (Object.keys(fields).length > 0) facts.fields = fields
  if (known.click) [facts.ttclid, facts.clickedAt] = known.click[0] as [string, number | null]
  return facts
}

/** The person behind the record, as hashes; `null` when nothing is known. */
export function identityOf(known: Known): HashedIdentity | null {
  const parts: Partial<Record<(typeof IDENTITY_PARTS)[number], unknown>> = {}
  let any = false
  for (const part of IDENTITY_PARTS) {
    const fact = known[`identity:${part}`]
    if (!fact) continue
    parts[part] = fact[0]
    any = true
  }
  return any ? ({ ...emptyHashedIdentity(), ...parts } as HashedIdentity) : null
}

/** The stage the record is in. */
export function stageOf(known: Known): KnownStage | null {
  return (known.stage?.[0] as KnownStage | undefined) ?? null
}
