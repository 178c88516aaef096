import { hash } from 'node:crypto'
import { DAY } from '../core/model/time.ts'
import { eventPath } from './event-path.ts'
import { type Contender, paired, type Timing } from './paired.ts'
import { peerEvent } from './peer.ts'
import { type Bench, micros, type Row, ratioRow } from './row.ts'
import { type PhoneStyle, purchase } from './samples.ts'

/** As many different events as no cache of the engine keeps the answers of. */
const EVENTS = 512
const LEAST = { e164: 0.8, national: 0.5 } as const

/** One purchase of 1.2 KB on one core: JSON text in, the text of a TikTok event out. */
export const event: Bench = async ({ quick }) => {
  const budgetMs = quick ? 1500 : 6000
  const peer = await peerEvent()
  const rows = [...phoneRows('e164', budgetMs), ...phoneRows('national', budgetMs)]
  if (typeof peer !== 'string') rows.push(peerRow(peer, budgetMs))
  return { rows, notes: typeof peer === 'string' ? [peer] : [] }
}

function phoneRows(style: PhoneStyle, budgetMs: number): Row[] {
  const bodies = bodiesOf(style)
  const now = Date.now()
  const plain = eventPath(now, false)
  const checked = eventPath(now, true)
  const times = paired(
    { floor: over(bodies, floor), plain: over(bodies, plain), checked: over(bodies, checked) },
    budgetMs,
  )
  const name = style === 'e164' ? 'event, E.164 phone' : 'event, national phone'
  const row = (what: string, { us, ratio }: Timing, least: number | null) =>
    ratioRow(what, { figure: micros(us), against: micros(times.floor.us) }, ratio, least)
  return [row(name, times.plain, LEAST[style]), row('  with the schema check', times.checked, null)]
}

/** What nothing can do without: read the event, hash an e-mail address and a phone number, write the event. */
function floor(text: string): string {
  const read = JSON.parse(text)
  read.contact.email = hash('sha256', read.contact.email)
  read.contact.phone = hash('sha256', read.contact.phone)
  return JSON.stringify(read)
}

function peerRow(peer: (text: string) => string, budgetMs: number): Row {
  const bodies = bodiesOf('e164')
  const times = paired(
    { peer: over(bodies, peer), ours: over(bodies, eventPath(Date.now(), true)) },
    budgetMs / 2,
  )
  const shown = { figure: micros(times.ours.us), against: micros(times.peer.us) }
  return ratioRow('  against action-destinations', shown, times.ours.ratio, null)
}

/** Calls `path` for one event after the other; a text that was joined but never laid out in memory does not count. */
function over(bodies: readonly string[], path: (text: string) => string): Contender {
  return (turn) => {
    const text = path(bodies[turn % bodies.length] ?? '')
    return text.charCodeAt(text.length - 1)
  }
}

function bodiesOf(style: PhoneStyle): string[] {
  const yesterday = new Date(Date.now() - DAY)
  return Array.from({ length: EVENTS }, (_, at) => JSON.stringify(purchase(100_000 + at, style, yesterday)))
}
