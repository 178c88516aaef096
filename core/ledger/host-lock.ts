import { DatabaseSync } from 'node:sqlite'
import { ClosebackError } from '../model/errors.ts'

/**
 * The host role of a data directory, held by the kernel: an exclusive lock on a file of its own, never on the
 * ledger, so that commands work beside the host and a killed host frees it at once. (Lock files that are renewed
 * by a timer can be stolen while the event loop is busy.)
 */
export function takeHostRole(path: string): { release(): void } {
  const database = new DatabaseSync(path)
  try {
    database.exec('pragma busy_timeout = 0')
    database.exec('pragma locking_mode = exclusive')
    database.exec('begin exclusive')
  } catch (cause) {
    database.close()
    throw new ClosebackError('config', 'Another Closeback host is running on this data directory.', {
      remedy: 'Stop it first, or start this one with another CLOSEBACK_HOME.',
      cause,
    })
  }
  return { release: () => database.close() }
}
