import { copyFile, open, rename, rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { takeHostRole } from '../../core/ledger/host-lock.ts'
import { openLedger } from '../../core/ledger/ledger.ts'
import { markRestored } from '../../core/ledger/restores.ts'
import { ClosebackError } from '../../core/model/errors.ts'
import { toIso } from '../../core/model/time.ts'
import { durableFile } from '../../core/workspace/durable-file.ts'
import { readKeys } from '../../core/workspace/keys.ts'
import { type Config, inHome } from '../config.ts'
import { makeDirectory, namesIn, syncPath } from './files.ts'
import { LEDGER, readBackup, verifyFile, WORKSPACE } from './manifest.ts'

/** Where a restore is prepared; while it is there without a ledger beside it, no host starts. */
export const RESTORING = 'restoring'
/** What may be in a data directory that counts as empty: the key is brought by hand before a restore. */
const MAY_BE_THERE = ['secret.key', 'host.lock', 'host.lock-journal', RESTORING]

export interface RestoreOptions {
  now: () => number
  actor: string
  /** Called before each step; for tests that interrupt it there. */
  step?: (name: string) => void
}

export interface RestoreReport {
  takenAt: string
  revision: number
  /** Deliveries that wait for a person, because they may have been sent since the backup. */
  uncertain: number
  counts: Record<string, number>
  /** Keys that its secrets need and that are not here. */
  missingKeys: string[]
}

/**
 * Puts a backup into an empty data directory: paused, with everything in doubt that may have been sent since. Prepared
 * beside its place and moved there whole, the ledger last: interrupted at any point there is nothing, or all of it, and
 * the same command goes on.
 */
export async function restore(config: Config, from: string, options: RestoreOptions): Promise<RestoreReport> {
  const { step = () => {} } = options
  if (config.databaseUrl !== null) throw usePgRestore()
  const backup = resolve(from)
  const manifest = await readBackup(backup)
  await makeDirectory(config.home)
  const role = takeHostRole(inHome(config, 'host.lock'))
  try {
    await refuseUnlessEmpty(config)
    const prepared = inHome(config, RESTORING)
    step('prepare')
    await rm(prepared, { recursive: true, force: true })
    await makeDirectory(prepared)
    for (const file of manifest.files) {
      step(`copy ${file.name}`)
      const copy = join(prepared, file.name)
      await (await open(copy, 'wx', 0o600)).close()
      await copyFile(join(backup, file.name), copy)
      await verifyFile(copy, file)
    }
    step('mark')
    const uncertain = await mark(join(prepared, LEDGER), Date.parse(manifest.takenAt), options)
    step('sync')
    for (const { name } of manifest.files) await syncPath(join(prepared, name))
    await syncPath(prepared)
    for (const name of [WORKSPACE, LEDGER]) {
      if (!manifest.files.some((file) => file.name === name)) continue
      step(`move ${name}`)
      await rename(join(prepared, name), inHome(config, name))
    }
    step('sync directory')
    await syncPath(config.home)
    step('clear')
    await rm(prepared, { recursive: true, force: true })
    const keys = await readKeys({
      variable: config.secretKey,
      file: durableFile(inHome(config, 'secret.key')),
    })
    const { takenAt, revision, counts, keyIds } = manifest
    const missingKeys = keyIds.filter((id) => !keys?.some((key) => key.id === id))
    return { takenAt, revision, uncertain, counts, missingKeys }
  } finally {
    role.release()
  }
}

async function refuseUnlessEmpty({ home }: Config): Promise<void> {
  const names = await namesIn(home)
  // Moved already by a restore that was interrupted before its ledger was.
  const allowed = names.includes(RESTORING) ? [...MAY_BE_THERE, WORKSPACE] : MAY_BE_THERE
  const others = names.filter((name) => !allowed.includes(name))
  if (others.length === 0) return
  throw new ClosebackError(
    'config',
    `The data directory ${home} is not empty (${others.slice(0, 3).join(', ')}).`,
    {
      remedy:
        'Move it away, or point CLOSEBACK_HOME to a new directory; only secret.key may be there. Nothing was changed.',
    },
  )
}

async function mark(path: string, takenAt: number, { now, actor }: RestoreOptions): Promise<number> {
  const ledger = await openLedger({ at: path, now })
  try {
    return await ledger.transaction((tx) => markRestored(tx, { restoredAt: now(), takenAt }, actor))
  } finally {
    // The last connection folds the write-ahead log into the file.
    await ledger.close()
  }
}

function usePgRestore(): ClosebackError {
  return new ClosebackError('config', 'With DATABASE_URL the ledger is restored by PostgreSQL itself.', {
    remedy:
      'Stop every host, run: pg_restore --clean --if-exists --dbname="$DATABASE_URL" closeback.dump, then: ' +
      'closeback restore --mark --taken-at TIME (when the dump was taken), so that nothing is sent twice.',
  })
}

/** The same marks on a database that PostgreSQL itself put back. Every host must be stopped. */
export async function markOnly(
  config: Config,
  takenAt: number,
  { now, actor }: RestoreOptions,
): Promise<RestoreReport> {
  if (config.databaseUrl === null)
    throw new ClosebackError('config', 'Only a database that PostgreSQL restored is marked by hand.', {
      remedy: 'Run "closeback restore DIR", which does it for a data directory.',
    })
  const ledger = await openLedger({ at: config.databaseUrl, now })
  try {
    const uncertain = await ledger.transaction((tx) =>
      markRestored(tx, { restoredAt: now(), takenAt }, actor),
    )
    const { revision } = await ledger.db.selectFrom('workspace').select('revision').executeTakeFirstOrThrow()
    return { takenAt: toIso(takenAt), revision, uncertain, counts: {}, missingKeys: [] }
  } finally {
    await ledger.close()
  }
}
