import { isUtf8 } from 'node:buffer'
import { ClosebackError, type Issue } from '../../../core/model/errors.ts'
import {
  KEY_PREFIXES,
  OUTBOUND_BYTES,
  OUTBOUND_DEPTH,
  OUTBOUND_NOTIFICATIONS,
  OUTBOUND_NS,
  SOAP_NS,
} from '../constants.ts'
import type { RecordType } from '../content.ts'
import { id18 } from '../ids.ts'
import { type Element, parseXml } from './xml.ts'

/** One notification: what changed, not what it changed to. Values are as of sending, so they are asked for again. */
export type Notification =
  | { ok: true; id: string; record: { type: RecordType; id: string } }
  /** The record was deleted before the message left: there is nothing in it. */
  | { ok: true; id: string; record: null }
  | { ok: false; id: string | null; issues: Issue[] }

/** An outbound message (SOAP guide, "Outbound Messaging"). */
export interface OutboundMessage {
  /** 18 characters. */
  organizationId: string
  notifications: Notification[]
}

/** Reads the body of an outbound message. Throws ClosebackError for what is none, or too large. */
export function readMessage(body: Buffer): OutboundMessage {
  if (body.length > OUTBOUND_BYTES)
    throw new ClosebackError('too_large', `The body is larger than ${OUTBOUND_BYTES / 1_000_000} MB.`, {
      remedy: 'Select fewer fields in the outbound message: the record id is enough.',
    })
  if (!isUtf8(body)) throw noMessage('is not valid UTF-8')
  const envelope = parseXml(body.toString('utf8').replace(/^\ufeff/, ''), OUTBOUND_DEPTH)
  if (envelope.name !== 'Envelope' || envelope.namespace !== SOAP_NS) throw noMessage('is no SOAP envelope')
  const message = child(child(envelope, 'Body', SOAP_NS), 'notifications', OUTBOUND_NS)
  if (message === null) throw noMessage('holds no outbound message')
  const organizationId = id18(child(message, 'OrganizationId', OUTBOUND_NS)?.text ?? '')
  if (organizationId?.startsWith(KEY_PREFIXES.Organization) !== true) throw noMessage('names no organisation')
  const notifications = message.children.filter(
    ({ name, namespace }) => name === 'Notification' && namespace === OUTBOUND_NS,
  )
  if (notifications.length > OUTBOUND_NOTIFICATIONS)
    throw new ClosebackError(
      'too_large',
      `The message has more than ${OUTBOUND_NOTIFICATIONS} notifications.`,
      {
        remedy: 'Send them as Salesforce does: at most 100 a message.',
      },
    )
  if (notifications.length === 0) throw noMessage('holds no notification')
  return { organizationId, notifications: notifications.map(readNotification) }
}

function readNotification(element: Element): Notification {
  const id = id18(child(element, 'Id', OUTBOUND_NS)?.text ?? '')
  if (id === null)
    return { ok: false, id: null, issues: [{ path: 'Notification.Id', message: 'is no Salesforce id' }] }
  const record = child(element, 'sObject', OUTBOUND_NS)
  const named = record?.children.find(({ name }) => name === 'Id')
  if (record === null || named === undefined) return { ok: true, id, record: null }
  const recordId = id18(named.text)
  if (recordId === null)
    return { ok: false, id, issues: [{ path: 'sObject.Id', message: 'is no Salesforce id' }] }
  const type = typeOf(recordId)
  if (type === null)
    return {
      ok: false,
      id,
      issues: [
        {
          path: 'sObject.Id',
          message: 'is neither an opportunity nor a lead',
          remedy: 'Attach the outbound message to Opportunity or Lead.',
        },
      ],
    }
  return { ok: true, id, record: { type, id: recordId } }
}

/** The record type that an id belongs to. */
function typeOf(id: string): RecordType | null {
  if (id.startsWith(KEY_PREFIXES.Opportunity)) return 'opportunity'
  return id.startsWith(KEY_PREFIXES.Lead) ? 'lead' : null
}

function child(element: Element | null, name: string, namespace: string): Element | null {
  return element?.children.find((each) => each.name === name && each.namespace === namespace) ?? null
}

function noMessage(what: string): ClosebackError {
  return new ClosebackError('invalid', `The body ${what}.`, {
    remedy: 'Point an outbound message of Salesforce to this address; it sends what is expected.',
  })
}
