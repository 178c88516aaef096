import type { Ticket } from '../../core/adapter.ts'
import type { JsonValue } from '../../core/model/json.ts'
import { OBJECT_TYPE_IDS } from './constants.ts'
import { HINT } from './content.ts'

/** What one event of a webhook comes to: a hint for a portal, nothing for us, or something that is no event. */
export type ReadEvent =
  | { is: 'hint'; portalId: string; ticket: Ticket }
  | { is: 'privacy'; portalId: string; contact: string }
  | { is: 'ignored' }
  | { is: 'broken'; path: string; message: string }

// What tells one event from another; `attemptNumber` counts deliveries of the same one, and values may be personal.
const SAID = [
  'eventId',
  'subscriptionId',
  'portalId',
  'appId',
  'occurredAt',
  'objectId',
  'objectTypeId',
  'propertyName',
  'propertyValue',
  'changeSource',
  'changeFlag',
  'associationType',
  'fromObjectId',
  'toObjectId',
  'associationRemoved',
  'primaryObjectId',
  'newObjectId',
] as const

/**
 * Reads one event, of a legacy or a project app. No value in it is believed: order is not guaranteed and events repeat, so
 * it only says which record to read again.
 */
export function readEvent(said: unknown): ReadEvent {
  if (typeof said !== 'object' || said === null || Array.isArray(said))
    return { is: 'broken', path: '', message: 'is not an event of HubSpot' }
  const event = said as Record<string, unknown>
  const type = textOf(event.subscriptionType) ?? textOf(event.eventType)
  if (type === null) return { is: 'broken', path: '/subscriptionType', message: 'is missing' }
  const portalId = idOf(event.portalId)
  if (portalId === null) return { is: 'broken', path: '/portalId', message: 'is not an account number' }
  const [noun = '', verb = ''] = type.split('.')
  if (verb === 'privacyDeletion') {
    const contact = idOf(event.objectId)
    return contact === null ? { is: 'ignored' } : { is: 'privacy', portalId, contact }
  }
  const record = recordOf(noun, verb, event)
  if (record === null) return { is: 'ignored' }
  if (record.id === null) return { is: 'broken', path: '/objectId', message: 'is not the id of a record' }
  const parts = [portalId, type, record.id, event.eventId, event.occurredAt, event.propertyName]
  const ticket: Ticket = {
    key: `hook:${parts.map((part) => (isScalar(part) ? String(part).slice(0, 100) : '')).join(':')}`,
    id: idOf(event.eventId),
    record: { type: record.type, id: record.id },
    said: saidOf(type, event),
    content: HINT,
    identity: null,
  }
  return { is: 'hint', portalId, ticket }
}

function recordOf(
  noun: string,
  verb: string,
  event: Record<string, unknown>,
): { type: 'deal' | 'contact'; id: string | null } | null {
  if (verb === 'associationChange') return associated(event)
  const named = noun === 'object' ? OBJECT_TYPE_IDS[textOf(event.objectTypeId) ?? ''] : noun
  if (named !== 'deal' && named !== 'contact') return null
  // A merge names who is left; the others answer by that record from now on.
  const survivor = verb === 'merge' ? (idOf(event.newObjectId) ?? idOf(event.primaryObjectId)) : null
  return { type: named, id: survivor ?? idOf(event.objectId) }
}

/** The deal on one side of an association. */
function associated(event: Record<string, unknown>): { type: 'deal'; id: string | null } | null {
  const type = textOf(event.associationType) ?? ''
  if (type.startsWith('DEAL_TO_CONTACT')) return { type: 'deal', id: idOf(event.fromObjectId) }
  if (type.startsWith('CONTACT_TO_DEAL')) return { type: 'deal', id: idOf(event.toObjectId) }
  return null
}

function saidOf(type: string, event: Record<string, unknown>): JsonValue {
  const said: Record<string, JsonValue> = { type }
  for (const name of SAID) {
    const value = event[name]
    if (isScalar(value)) said[name] = typeof value === 'string' ? value.toWellFormed() : value
  }
  return said
}

function isScalar(value: unknown): value is string | number | boolean {
  return (
    typeof value === 'string' ||
    typeof value === 'boolean' ||
    (typeof value === 'number' && Number.isFinite(value))
  )
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' && value.length <= 100 ? value : null
}

/** Ids come as numbers, in some places as text. */
function idOf(value: unknown): string | null {
  const text = typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : value
  return typeof text === 'string' && /^\d{1,20}$/.test(text) ? text : null
}
