import { closest } from '../../../core/model/closest.ts'
import type { JsonValue } from '../../../core/model/json.ts'
import type { Settings } from '../settings.ts'
import { readItem } from '../ticket.ts'
import { type Condition, holds } from './condition.ts'
import { nearest } from './nearest.ts'
import { personalPlace } from './personal.ts'
import { type Plan, planOf } from './plan.ts'
import { entriesOf, mapBody } from './read-mapped.ts'
import { firstOf, readSource } from './read-source.ts'
import type { Source } from './source.ts'
import { isTarget, REQUIRED, TARGETS } from './targets.ts'
import { placesOf, traced } from './traced.ts'

/** One thing wrong with the settings of a field map; the message says what to do, too. */
export interface MapIssue {
  path: (string | number)[]
  message: string
}

/** Everything wrong with the field map of a source that can be known without a request: names, gaps, and its sample. */
export function checkMap(settings: Settings): MapIssue[] {
  const plan = planOf(settings)
  if (plan === null)
    return (['when', 'items', 'sample'] as const)
      .filter((name) => settings[name] !== undefined)
      .map((name) => ({ path: [name], message: 'has no use without preset or map' }))
  const unknown = Object.keys(settings.map ?? {}).filter((place) => !isTarget(place))
  const issues = [...unknown.map(unknownPlace), ...gaps(plan)]
  if (issues.length > 0 || settings.sample === undefined) return issues
  return checkedOnce(settings, plan, settings.sample)
}

const checked = new WeakMap<object, { beside: string; issues: MapIssue[] }>()

/** Settings are read for every request, and a sample takes 0.4 ms: it is judged again only when what is around it changed. */
function checkedOnce({ sample: _, ...rest }: Settings, plan: Plan, sample: JsonValue): MapIssue[] {
  if (typeof sample !== 'object' || sample === null || Array.isArray(sample))
    return [{ path: ['sample'], message: 'must be one body of the sender: a JSON object' }]
  const beside = JSON.stringify(rest)
  const known = checked.get(sample)
  if (known?.beside === beside) return known.issues
  const issues = checkSample({ ...rest, sample }, plan, sample)
  checked.set(sample, { beside, issues })
  return issues
}

function unknownPlace(place: string): MapIssue {
  const meant = closest(place, TARGETS.keys()) ?? endingOn(place)
  const remedy = meant
    ? `did you mean "${meant}"?`
    : 'use one of those in docs/webhook.md, or "fields." and a name of your own'
  return { path: ['map', place], message: `is not a field of the native item; ${remedy}` }
}

function endingOn(place: string): string | undefined {
  const last = place.split('.').at(-1)?.toLowerCase()
  return [...TARGETS.keys()].find((target) => target.split('.').at(-1)?.toLowerCase() === last)
}

function gaps({ fields }: Plan): MapIssue[] {
  const mapped = new Set(fields.map(([place]) => place))
  return REQUIRED.filter((place) => !mapped.has(place)).map((place) => ({
    path: ['map'],
    message: `does not say where ${place} comes from, and no item is valid without it`,
  }))
}

function checkSample(settings: Settings, plan: Plan, sample: JsonValue): MapIssue[] {
  const personal = personalPlace(sample)
  if (personal !== null)
    return [
      {
        path: ['sample'],
        message: `holds an e-mail address at ${personal}: settings are kept in plain text; write ada@example.com instead`,
      },
    ]
  const [entry] = entriesOf(sample, plan) ?? []
  if (entry === undefined)
    return [
      {
        path: ['items'],
        message: `finds no list with entries in the sample at ${plan.items}; ${nearest(sample, plan.items ?? '')}`,
      },
    ]
  const lost = lostPlaces(settings, entry)
  return lost.length > 0 ? lost : checkOutcome(settings, plan, sample)
}

/** What the source wrote itself must be there; a preset's own places may be missing, as in real bodies. */
function lostPlaces(settings: Settings, entry: JsonValue): MapIssue[] {
  const mapped = Object.entries(settings.map ?? {}).flatMap(([place, source]): MapIssue[] => {
    if (source === null || finds(source, entry)) return []
    return placesOf(source).length === 0 ? [] : [lost(['map', place], source, entry)]
  })
  const conditions = (settings.when ?? []).flatMap((condition, at): MapIssue[] =>
    placesTested(condition).some((place) => firstOf(entry, place) !== undefined) || expectsNothing(condition)
      ? []
      : [lost(['when', at], { at: placesTested(condition) }, entry)],
  )
  return [...mapped, ...conditions]
}

function finds(source: Source, entry: JsonValue): boolean {
  return readSource(source, entry, undefined) !== undefined || isThere(source, entry)
}

/** A place with null in it is there; the sender had nothing to say. */
function isThere(source: Source, entry: JsonValue): boolean {
  if (typeof source !== 'string' && (source.where !== undefined || source.values !== undefined)) return false
  return placesOf(source).some((place) => place !== '' && hasPlace(entry, place))
}

function lost(path: (string | number)[], source: Source, entry: JsonValue): MapIssue {
  const places = placesOf(source)
  const missing = places.filter((place) => !hasPlace(entry, place))
  const [first] = missing
  if (first !== undefined)
    return {
      path,
      message: `points nowhere in the sample: no ${missing.join(', ')}; ${nearest(entry, first)}`,
    }
  const rule = typeof source === 'string' ? {} : source
  const why = rule.where
    ? 'no entry of the list fits where'
    : rule.values
      ? 'the value is not in the table, and there is no else'
      : 'the conversion leaves nothing'
  return { path, message: `finds nothing in the sample at ${places.join(', ')}: ${why}` }
}

function hasPlace(entry: JsonValue, place: string): boolean {
  const parent = place.slice(0, place.lastIndexOf('/'))
  const holder = parent === '' ? entry : firstOf(entry, parent)
  const name = place
    .slice(place.lastIndexOf('/') + 1)
    .replaceAll('~1', '/')
    .replaceAll('~0', '~')
  return typeof holder === 'object' && holder !== null && Object.hasOwn(holder, name)
}

function placesTested(condition: Condition): string[] {
  return 'any' in condition ? condition.any.flatMap(placesTested) : [condition.at].flat()
}

function expectsNothing(condition: Condition): boolean {
  return 'any' in condition
    ? condition.any.some(expectsNothing)
    : condition.exists === false || condition.not !== undefined
}

/** A clock that no sample is ahead of: old and future samples are equally good. */
const ANY_TIME = Number.MAX_SAFE_INTEGER

function checkOutcome(settings: Settings, plan: Plan, sample: JsonValue): MapIssue[] {
  const items = mapBody(sample, plan, settings.defaultCurrency)
  if (items.length === 0)
    return [{ path: ['sample'], message: `would be ignored${whyIgnored(sample, plan)}` }]
  const reading = { sourceId: 'sample', settings, now: ANY_TIME, messageId: null }
  const seen = new Set<string>()
  return items.flatMap((item, index): MapIssue[] => {
    const read = readItem(item, index, reading)
    if (read.ok) return []
    return traced(read.invalid.errors, plan).flatMap(({ path, message }) => {
      const text = `does not become a valid item: ${path} ${message}`
      if (seen.has(text)) return []
      seen.add(text)
      return [{ path: ['sample'], message: text }]
    })
  })
}

function whyIgnored(sample: JsonValue, plan: Plan): string {
  const [entry] = entriesOf(sample, plan) ?? []
  const failing = plan.when.find((condition) => entry !== undefined && !holds(condition, entry))
  return failing === undefined ? '' : `: when does not hold at ${placesTested(failing).join(', ')}`
}
