import type { Audit } from '../model/audit.ts'
import type { Db } from './ledger.ts'

export async function addAudit(tx: Db, audit: Audit): Promise<void> {
  await tx
    .insertInto('audits')
    .values({
      connection_id: audit.connectionId,
      event: audit.event,
      made_at: Date.parse(audit.madeAt),
      content: JSON.stringify(audit),
    })
    .execute()
}

/** The newest audit of a connection and event; null before the first. */
export async function lastAudit(
  db: Db,
  { connectionId, event }: Pick<Audit, 'connectionId' | 'event'>,
): Promise<Audit | null> {
  const row = await db
    .selectFrom('audits')
    .select('content')
    .where('connection_id', '=', connectionId)
    .where('event', '=', event)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row ? (JSON.parse(row.content) as Audit) : null
}

/** Findings of the audits made since `since` (epoch ms), the newest of each connection and event only. */
export async function standingFindings(
  db: Db,
  since: number,
): Promise<Pick<Audit, 'connectionId' | 'event' | 'findings'>[]> {
  const rows = await db
    .selectFrom('audits')
    .select('content')
    .where('made_at', '>=', since)
    .orderBy('id')
    .execute()
  const newest = new Map<string, Audit>()
  for (const { content } of rows) {
    const audit = JSON.parse(content) as Audit
    newest.set(`${audit.connectionId} ${audit.event}`, audit)
  }
  return [...newest.values()].map(({ connectionId, event, findings }) => ({ connectionId, event, findings }))
}

/** Audits, newest first. */
export async function listAudits(
  reader: Db,
  {
    connectionId,
    limit,
    before,
  }: { connectionId?: string | undefined; limit: number; before?: number | undefined },
): Promise<{ id: number; audit: Audit }[]> {
  let query = reader.selectFrom('audits').selectAll()
  if (connectionId !== undefined) query = query.where('connection_id', '=', connectionId)
  if (before !== undefined) query = query.where('id', '<', before)
  const rows = await query.orderBy('id', 'desc').limit(limit).execute()
  return rows.map(({ id, content }) => ({ id, audit: JSON.parse(content) as Audit }))
}
