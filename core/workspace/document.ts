import { createHash } from 'node:crypto'
import { ClosebackError } from '../model/errors.ts'
import { Workspace } from '../model/workspace.ts'

/**
 * What stands in `workspace.json`, and in the ledger's row on PostgreSQL: the settings, and where in the history of
 * changes they belong. `base` is the digest of the text before (empty for the first), so that a file which is one
 * revision ahead is known to continue exactly this ledger.
 */
export interface WorkspaceDocument {
  revision: number
  base: string
  workspace: Workspace
}

const NOTE = 'Written by Closeback. Change it with closeback apply, not by hand.'

/** SHA-256, lower-case hex. */
export function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

/** Readable JSON with a checksum of its own: the ledger cannot vouch for a file that is ahead of it. */
export function writeDocument({ revision, base, workspace }: WorkspaceDocument): string {
  const checksum = digestOf(JSON.stringify([revision, base, workspace]))
  return `${JSON.stringify({ note: NOTE, revision, base, checksum, workspace }, null, 2)}\n`
}

/** Reads what `writeDocument` wrote, and throws `config` with the name of the file for anything else. */
export function readDocument(text: string, name: string): WorkspaceDocument {
  if (text.trim() === '') throw damaged(name, 'is empty')
  const said = parseJson(text, name)
  const { revision, base, checksum, workspace } = said
  const version = isObject(workspace) ? workspace.version : undefined
  if (typeof version === 'number' && version > 1)
    throw new ClosebackError('config', `${name} has settings of version ${version}; this Closeback reads 1`, {
      remedy: 'Start the newer Closeback that wrote it. The file was left as it is.',
    })
  if (typeof revision !== 'number' || typeof base !== 'string')
    throw damaged(name, 'was not written by Closeback')
  if (checksum !== digestOf(JSON.stringify([revision, base, workspace])))
    throw damaged(name, 'was changed since Closeback wrote it')
  const read = Workspace.safeParse(workspace)
  if (!read.success) throw damaged(name, 'holds settings that this Closeback does not understand')
  return { revision, base, workspace: read.data }
}

/** The file cannot be trusted. It is kept; a person decides. */
export function damaged(name: string, what: string): ClosebackError {
  return new ClosebackError('config', `${name} ${what}`, {
    remedy: 'Put back the file that Closeback wrote, or restore a backup. The file was left as it is.',
  })
}

function parseJson(text: string, name: string): Record<string, unknown> {
  let said: unknown
  try {
    said = JSON.parse(text)
  } catch {
    throw damaged(name, 'is cut off or was edited: it is not valid JSON')
  }
  if (!isObject(said)) throw damaged(name, 'was not written by Closeback')
  return said
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
