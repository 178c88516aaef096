import { hash } from 'node:crypto'
import type { Received, Ticket } from '../../core/adapter.ts'
import { canonicalJson, type JsonValue } from '../../core/model/json.ts'
import { looksPersonal } from '../../core/model/page-url.ts'
import { contentOf, idOf } from './facts.ts'
import { type Item, itemShape } from './item.ts'
import { type Meaning, meaningOf, type Reading } from './meaning.ts'
import { identityOf } from './person.ts'
import { problemsOf } from './problems.ts'

/** Reads one item of a body: a ticket, or everything that is wrong with it. `index` counts the items of the request. */
export function readItem(said: JsonValue, index: number, reading: Reading): Received[number] {
  const meaning = meaningOf(said, reading)
  if (itemShape.fits(said) && isReadable(meaning))
    return { ok: true, ticket: toTicket(said as Item, said, meaning, index, reading) }
  return { ok: false, invalid: { id: shownId(said), errors: problemsOf(said, meaning.issues) } }
}

function isReadable({ issues, occurredAt, clickedAt, touchedAt }: Meaning): boolean {
  return (
    issues.length === 0 &&
    Number.isFinite(occurredAt) &&
    !Number.isNaN(clickedAt) &&
    touchedAt.every(Number.isFinite)
  )
}

function toTicket(item: Item, said: JsonValue, meaning: Meaning, index: number, reading: Reading): Ticket {
  const { sourceId, settings, messageId } = reading
  const { type } = item.record
  const recordId = idOf(item.record.id) ?? ''
  const ownId = idOf(item.id)
  return {
    id: ownId,
    key: keyOf(ownId === null || type !== 'form' ? ownId : hashedId(sourceId, ownId), said, index, messageId),
    record: { type, id: type === 'form' ? hashedId(sourceId, recordId) : recordId },
    said,
    content: contentOf(item, meaning, settings.keepUrlParameters) as unknown as JsonValue,
    identity: identityOf(item.contact),
  }
}

/** Prefixes keep an item's own id apart from the fallback key of another item. */
function keyOf(ownId: string | null, said: JsonValue, index: number, messageId: string | null): string {
  if (ownId !== null) return `id:${ownId}`
  if (messageId !== null) return `hook:${messageId}#${index}`
  return `digest:${hash('sha256', canonicalJson(said))}`
}

/** Ids of forms often are e-mail addresses or session ids: only their digest is kept. */
function hashedId(sourceId: string, id: string): string {
  return hash('sha256', `${sourceId}\n${id}`)
}

/** The sender's own id of an item that may be broken in any way, if it is fit to be shown. */
function shownId(said: JsonValue): string | null {
  if (typeof said !== 'object' || said === null || Array.isArray(said)) return null
  const { id } = said
  if (typeof id !== 'string' && typeof id !== 'number') return null
  const text = idOf(id)
  return text === null || text.length > 256 || !text.isWellFormed() || looksPersonal(text) ? null : text
}
