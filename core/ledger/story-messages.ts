import { isDeepStrictEqual } from 'node:util'
import type { HashedIdentity } from '../identity/identity.ts'
import type { RecordRef } from '../model/record.ts'
import type { StoryMessage } from '../model/story.ts'
import { toIso } from '../model/time.ts'
import type { Db } from './ledger.ts'
import { isOneOf } from './rows.ts'

/** Of a record with more messages than this, the latest are told. */
const MOST_MESSAGES = 200

/** A message and the record it is about. */
export interface RecordMessage {
  record: RecordRef
  message: StoryMessage
}

/** The messages about all records that a source calls by this id, in the order they came. */
export async function readMessages(db: Db, sourceId: string, recordId: string): Promise<RecordMessage[]> {
  const rows = await db
    .selectFrom('inbox')
    .select(['key', 'received_at', 'record_type', 'content', 'identity', 'state', 'error'])
    .where('source_id', '=', sourceId)
    .where('record_id', '=', recordId)
    .orderBy('id', 'desc')
    .limit(MOST_MESSAGES)
    .execute()
  if (rows.length === 0) return []
  const others = await db
    .selectFrom('conflicts')
    .select(['key', 'received_at', 'content'])
    .where('source_id', '=', sourceId)
    .where(
      isOneOf(
        db,
        'key',
        rows.map((row) => row.key),
      ),
    )
    .orderBy('id')
    .execute()
  return rows.toReversed().map((row) => ({
    record: { type: row.record_type, id: recordId },
    message: {
      key: row.key,
      receivedAt: toIso(row.received_at),
      state: row.state,
      problem: row.error,
      ...identifiers(row.identity),
      conflicts: others
        .filter((other) => other.key === row.key)
        .map((other) => ({
          receivedAt: toIso(other.received_at),
          fields: differing(row.content, other.content),
        })),
    },
  }))
}

function identifiers(text: string | null): Pick<StoryMessage, 'kept' | 'dropped'> {
  if (text === null) return { kept: [], dropped: [] }
  const { kind: _kind, suppressed: _suppressed, dropped, ...fields } = JSON.parse(text) as HashedIdentity
  const kept = Object.entries(fields)
    .filter(([, value]) => value !== null && (!Array.isArray(value) || value.length > 0))
    .map(([name]) => name)
  return { kept, dropped }
}

/** Names of what two stored contents do not have in common; empty when they differ only in what was hashed or left out. */
function differing(first: string, second: string): string[] {
  const [a, b] = [flat(JSON.parse(first)), flat(JSON.parse(second))]
  return [...new Set([...a.keys(), ...b.keys()])].filter(
    (name) => !isDeepStrictEqual(a.get(name), b.get(name)),
  )
}

/** Two levels are enough to tell `stage` from `facts.amount`; the first is ours and not worth telling. */
function flat(content: unknown): Map<string, unknown> {
  const found = new Map<string, unknown>()
  for (const [name, value] of Object.entries(content ?? {})) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) found.set(name, value)
    else for (const [inner, each] of Object.entries(value)) found.set(inner, each)
  }
  return found
}
