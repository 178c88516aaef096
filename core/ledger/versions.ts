import type { Workspace } from '../model/workspace.ts'
import type { Db } from './ledger.ts'

/** One revision of the settings, and who made it. */
export interface WorkspaceVersion {
  revision: number
  /** Epoch ms. */
  at: number
  actor: string
}

/** Newest first, page by key. */
export async function listVersions(
  db: Db,
  page: { before: number | null; limit: number },
): Promise<(WorkspaceVersion & { workspace: Workspace })[]> {
  let query = db.selectFrom('workspace_versions').selectAll().orderBy('revision', 'desc').limit(page.limit)
  if (page.before !== null) query = query.where('revision', '<', page.before)
  const rows = await query.execute()
  return rows.map(({ document, ...row }) => ({ ...row, workspace: JSON.parse(document) as Workspace }))
}

export async function readVersion(
  db: Db,
  revision: number,
): Promise<(WorkspaceVersion & { workspace: Workspace }) | null> {
  const row = await db
    .selectFrom('workspace_versions')
    .selectAll()
    .where('revision', '=', revision)
    .executeTakeFirst()
  if (!row) return null
  const { document, ...rest } = row
  return { ...rest, workspace: JSON.parse(document) as Workspace }
}
