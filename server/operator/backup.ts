import { chmod, open, rename, rm } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { type CopiedLedger, copyLedger, describeCopy } from '../../core/ledger/backup.ts'
import { ClosebackError } from '../../core/model/errors.ts'
import { toIso } from '../../core/model/time.ts'
import { digestOf } from '../../core/workspace/document.ts'
import { codeOf, durableFile } from '../../core/workspace/durable-file.ts'
import { type Config, inHome } from '../config.ts'
import { version } from '../version.ts'
import { fingerprint, makeDirectory, namesIn, syncPath } from './files.ts'
import { LEDGER, MANIFEST, type Manifest, WORKSPACE } from './manifest.ts'

/** The settings may change between the copies of ledger and document; then both are copied again. */
const MAX_COPIES = 5

/**
 * Copies the ledger and the settings of one moment into an empty directory while the host runs. Keys stay where they are.
 * The directory appears complete or not at all.
 */
export async function backUp(config: Config, to: string, now: () => number): Promise<Manifest> {
  if (config.databaseUrl !== null) throw usePgDump(to)
  const directory = resolve(to)
  if ((await namesIn(directory)).length > 0)
    throw new ClosebackError('config', `The directory ${directory} is not empty.`, {
      remedy: 'Name a directory that is empty or not there yet; nothing was written.',
    })
  const parent = dirname(directory)
  await makeDirectory(parent)
  const partial = join(parent, `.${basename(directory)}.partial`)
  try {
    await rm(partial, { recursive: true, force: true })
    await makeDirectory(partial)
    const manifest = await copyAll(config, partial, now)
    await durableFile(join(partial, MANIFEST))
      .prepare(`${JSON.stringify(manifest, null, 2)}\n`)
      .then((prepared) => prepared.rename())
    await rename(partial, directory)
    await syncPath(parent)
    return manifest
  } catch (error) {
    await rm(partial, { recursive: true, force: true })
    if (error instanceof ClosebackError) throw error
    throw new ClosebackError('unavailable', `The backup could not be written: ${reason(error)}.`, {
      remedy: 'Check the free space and the permissions there, then try again; nothing is left behind.',
      cause: error,
    })
  }
}

async function copyAll(config: Config, directory: string, now: () => number): Promise<Manifest> {
  for (let copies = 0; copies < MAX_COPIES; copies++) {
    const ledger = join(directory, LEDGER)
    await rm(ledger, { force: true })
    await (await open(ledger, 'wx', 0o600)).close()
    const settings = durableFile(inHome(config, WORKSPACE))
    const before = await settings.read()
    const takenAt = now()
    copyLedger(inHome(config, LEDGER), ledger)
    const copied = describeCopy(ledger)
    const document = [before, await settings.read()].find((text) => digest(text) === copied.digest)
    if (document === undefined) continue
    return writeCopies(directory, copied, document, takenAt)
  }
  throw new ClosebackError('unavailable', 'The settings change faster than they can be copied.', {
    remedy: 'Stop whatever applies settings in a loop, then try again.',
  })
}

async function writeCopies(
  directory: string,
  { schema, revision, counts, keyIds }: CopiedLedger,
  document: string | null,
  takenAt: number,
): Promise<Manifest> {
  const names: (typeof LEDGER | typeof WORKSPACE)[] = [LEDGER]
  await chmod(join(directory, LEDGER), 0o600)
  await syncPath(join(directory, LEDGER))
  if (document !== null) {
    await (await durableFile(join(directory, WORKSPACE)).prepare(document)).rename()
    names.push(WORKSPACE)
  }
  const files: Manifest['files'] = []
  for (const name of names) files.push({ name, ...(await fingerprint(join(directory, name))) })
  return {
    format: 1,
    closeback: version(),
    schema,
    takenAt: toIso(takenAt),
    revision,
    counts,
    keyIds,
    files,
  }
}

function digest(text: string | null): string {
  return text === null ? '' : digestOf(text)
}

function reason(error: unknown): string {
  const code = codeOf(error)
  return code === 'ERR_SQLITE_ERROR' && error instanceof Error ? error.message : code
}

function usePgDump(to: string): ClosebackError {
  return new ClosebackError('config', 'With DATABASE_URL the ledger is backed up by PostgreSQL itself.', {
    remedy:
      `Run: pg_dump --format=custom --file=${join(to, 'closeback.dump')} "$DATABASE_URL" ` +
      '(it holds the ledger and the settings; keep CLOSEBACK_SECRET_KEY apart).',
  })
}
