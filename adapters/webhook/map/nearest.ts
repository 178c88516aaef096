import { closest } from '../../../core/model/closest.ts'
import type { JsonValue } from '../../../core/model/json.ts'
import { escapeStep, stepsOf, valueAt } from './pointer.ts'

const MAX_PLACES = 5000
const MAX_DEPTH = 20
const MAX_SHOWN = 8

/** What to look at when a pointer points nowhere in a body: the place that was most likely meant, or the names that are there. */
export function nearest(body: JsonValue, text: string): string {
  const steps = stepsOf(text)
  let known = ''
  for (const step of steps) {
    const next = `${known}/${escapeStep(step)}`
    if (valueAt(body, next) === undefined) break
    known = next
  }
  const reached = known === '' ? 0 : stepsOf(known).length
  const names = namesAt(known === '' ? body : valueAt(body, known))
  const rest = steps.slice(reached + 1).map((step) => `/${escapeStep(step)}`)
  const meant = closest(steps[reached] ?? '', names)
  if (meant !== null) {
    const whole = `${known}/${escapeStep(meant)}${rest.join('')}`
    return `did you mean "${valueAt(body, whole) === undefined ? `${known}/${escapeStep(meant)}` : whole}"?`
  }
  const last = steps.at(-1) ?? ''
  const all = placesIn(body)
  const elsewhere = all.find((place) => stepsOf(place).at(-1) === last) ?? closest(text, all)
  if (elsewhere !== undefined && elsewhere !== null) return `did you mean "${elsewhere}"?`
  if (names.length === 0) return `${known === '' ? 'the body' : known} has no names inside`
  const shown = names.slice(0, MAX_SHOWN).join(', ')
  return `${known === '' ? 'the body' : known} has ${shown}${names.length > MAX_SHOWN ? ' and more' : ''}`
}

function namesAt(value: JsonValue | undefined): string[] {
  return typeof value === 'object' && value !== null ? Object.keys(value) : []
}

/** Places of a body, those nearer to the root first. */
function placesIn(body: JsonValue): string[] {
  const places: string[] = []
  let level: [string, JsonValue][] = [['', body]]
  for (let depth = 0; depth < MAX_DEPTH && level.length > 0 && places.length < MAX_PLACES; depth++) {
    level = level.flatMap(([prefix, value]): [string, JsonValue][] =>
      typeof value === 'object' && value !== null
        ? Object.entries(value).map(([name, inner]) => [`${prefix}/${escapeStep(name)}`, inner])
        : [],
    )
    for (const [place] of level.slice(0, MAX_PLACES - places.length)) places.push(place)
  }
  return places
}
