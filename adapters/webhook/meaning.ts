import type { Issue } from '../../core/model/errors.ts'
import type { Money } from '../../core/model/money.ts'
import { looksPersonal, type Page, stripPage } from '../../core/model/page-url.ts'
import type { BrowserEvent } from '../../core/model/record.ts'
import { MINUTE, parseInstant } from '../../core/model/time.ts'
import { amountOf, priceOf } from './money.ts'
import type { Settings } from './settings.ts'

/** What an item is read with. */
export interface Reading {
  sourceId: string
  settings: Settings
  /** Epoch ms. */
  now: number
  /** The `webhook-id` of the request; `null` when it has none, as behind an API key. */
  messageId: string | null
}

/** What the texts of an item mean, and every rule between fields that it breaks. */
export interface Meaning {
  money: Money | null
  /** Epoch ms; NaN when it cannot be read, which the shape of the item reports. */
  occurredAt: number
  clickedAt: number | null
  touchedAt: number[]
  /** Decimal text for each line of the order, in its order. */
  prices: (string | null)[]
  page: Page | null
  browserEvent: BrowserEvent | null
  issues: Issue[]
}

/** A clock of a sender may be this much ahead of ours. */
const AHEAD = 5 * MINUTE

/** Reads what goes beyond the shape of single fields. Takes any value, so that a broken item hears of all its problems at once. */
export function meaningOf(item: unknown, { settings, now }: Reading): Meaning {
  const said = members(item)
  const issues: Issue[] = []
  const amount = amountOf(said.amount, said.currency, settings.defaultCurrency)
  if (!amount.ok) issues.push(...amount.issues)
  const meaning = {
    money: amount.ok ? amount.money : null,
    occurredAt: moment(said.occurredAt, '/occurredAt', now, issues) ?? Number.NaN,
    clickedAt: moment(members(said.click).clickedAt, '/click/clickedAt', now, issues),
    touchedAt: entries(said.touches).map(
      (touch, at) => moment(members(touch).at, `/touches/${at}/at`, now, issues) ?? Number.NaN,
    ),
    prices: entries(said.contents).map((line, at) => price(members(line).price, at, issues)),
    page: page(said.pageUrl, settings.keepUrlParameters, issues),
    browserEvent: browserEvent(said, issues),
    issues,
  }
  const record = members(said.record)
  refusePersonal(said.orderId, '/orderId', issues)
  // Ids of forms are hashed, those of everything else are kept and shown.
  if (record.type !== 'form') {
    refusePersonal(said.id, '/id', issues)
    refusePersonal(record.id, '/record/id', issues)
  }
  return meaning
}

function moment(text: unknown, path: string, now: number, issues: Issue[]): number | null {
  if (typeof text !== 'string') return null
  const read = parseInstant(text)
  if (!read.ok) return Number.NaN
  if (read.value > now + AHEAD)
    issues.push({
      path,
      message: 'is more than 5 minutes in the future',
      remedy: 'Send the moment it happened, with the right offset, and check the clock of the sender.',
    })
  return read.value
}

function price(said: unknown, at: number, issues: Issue[]): string | null {
  if (typeof said !== 'string' && typeof said !== 'number') return null
  const read = priceOf(said)
  if (read === null)
    issues.push({
      path: `/contents/${at}/price`,
      message: 'must be a plain decimal of zero or more',
      remedy: 'Send the price of one unit as text, for example "4200.00"; leave lines of discounts out.',
    })
  return read
}

function page(said: unknown, keep: readonly string[], issues: Issue[]): Page | null {
  if (typeof said !== 'string' || said.trim() === '') return null
  const read = stripPage(said, keep)
  if (read === null)
    issues.push({
      path: '/pageUrl',
      message: 'is not an http or https URL',
      remedy: 'Send the whole URL with https://, or leave it out.',
    })
  return read
}

function browserEvent(said: Record<string, unknown>, issues: Issue[]): BrowserEvent | null {
  const id = filled(said.eventId)
  const name = filled(said.eventName)
  if (id !== null && name !== null) return { id, name }
  if (id !== null || name !== null)
    issues.push({
      path: id === null ? '/eventId' : '/eventName',
      message: `is missing next to ${id === null ? 'eventName' : 'eventId'}`,
      remedy: 'Send eventId and eventName together, as the pixel sent them, or neither.',
    })
  return null
}

function refusePersonal(id: unknown, path: string, issues: Issue[]): void {
  if (typeof id === 'string' && looksPersonal(id))
    issues.push({
      path,
      message: 'reads like an e-mail address, and ids are kept as they are',
      remedy: "Send your system's own id; the address belongs in contact.email.",
    })
}

function filled(value: unknown): string | null {
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : null
}

const NOTHING: Record<string, unknown> = Object.freeze(Object.create(null))

function members(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : NOTHING
}

const NO_ENTRIES: readonly unknown[] = []

function entries(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : NO_ENTRIES
}
