import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { SCHEMA_VERSIONS } from '../../core/ledger/migrations.ts'
import { ClosebackError } from '../../core/model/errors.ts'
import { codeOf } from '../../core/workspace/durable-file.ts'
import { fingerprint } from './files.ts'

export const MANIFEST = 'manifest.json'
export const LEDGER = 'ledger.db'
export const WORKSPACE = 'workspace.json'

/** What a backup says of itself; written last, so that a directory without it is no backup. */
export const Manifest = z.strictObject({
  format: z.literal(1),
  /** Version of the Closeback that took it. */
  closeback: z.string(),
  /** Schema versions of the ledger, oldest first. */
  schema: z.array(z.string()),
  takenAt: z.iso.datetime(),
  /** Revision of the settings. */
  revision: z.number().int().min(0),
  counts: z.record(z.string(), z.number().int().min(0)),
  /** Ids of the keys that open its secrets; the keys themselves are never in a backup. */
  keyIds: z.array(z.string()),
  files: z.array(
    z.strictObject({
      name: z.enum([LEDGER, WORKSPACE]),
      bytes: z.number().int().min(0),
      sha256: z.string().regex(/^[0-9a-f]{64}$/),
    }),
  ),
})
export type Manifest = z.infer<typeof Manifest>

/** Reads the manifest and holds every file against it. Throws `config` naming the file that is not as it was. */
export async function readBackup(directory: string): Promise<Manifest> {
  const path = join(directory, MANIFEST)
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new ClosebackError('config', `${directory} is not a complete backup: ${MANIFEST} is missing.`, {
      remedy: 'Name a directory that "closeback backup" wrote to its end.',
      cause,
    })
  })
  const manifest = parse(text, path)
  const newer = manifest.schema.filter((version) => !(SCHEMA_VERSIONS as readonly string[]).includes(version))
  if (newer.length > 0)
    throw new ClosebackError(
      'config',
      `The backup was taken by a newer Closeback (${manifest.closeback}, schema ${newer.join(', ')}).`,
      { remedy: 'Restore it with that version or a later one.' },
    )
  for (const file of manifest.files) await verifyFile(join(directory, file.name), file)
  return manifest
}

/** Throws `config` when the file is not what the manifest says. */
export async function verifyFile(path: string, file: { bytes: number; sha256: string }): Promise<void> {
  const found = await fingerprint(path).catch((error: unknown) => {
    throw damaged(path, `cannot be read (${codeOf(error)})`)
  })
  if (found.bytes !== file.bytes) throw damaged(path, `has ${found.bytes} bytes instead of ${file.bytes}`)
  if (found.sha256 !== file.sha256) throw damaged(path, 'was changed since the backup was taken')
}

function parse(text: string, path: string): Manifest {
  let said: unknown
  try {
    said = JSON.parse(text)
  } catch {
    throw damaged(path, 'is not valid JSON')
  }
  const format = typeof said === 'object' && said !== null && 'format' in said ? said.format : 0
  if (typeof format === 'number' && format > 1)
    throw new ClosebackError('config', `${path} has format ${format}; this Closeback reads 1.`, {
      remedy: 'Restore it with the version that took it, or a later one.',
    })
  const read = Manifest.safeParse(said)
  if (read.success && read.data.files.some(({ name }) => name === LEDGER)) return read.data
  throw damaged(path, 'was not written by "closeback backup"')
}

function damaged(path: string, what: string): ClosebackError {
  return new ClosebackError('config', `${path} ${what}.`, {
    remedy: 'Use another backup. Nothing was restored, and the file was left as it is.',
  })
}
