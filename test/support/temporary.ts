import { mkdtemp, statfs } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const IN_MEMORY = '/dev/shm'
/** What a few PostgreSQL clusters and ledgers take; containers often give no more than 64 MB. */
const ENOUGH_BYTES = 1024 ** 3

/**
 * A new directory, in memory where there is enough: ledgers sync every commit, and most tests would wait for the
 * disk a hundred times to learn nothing about it. `onDisk` is for tests that are about the disk.
 */
export async function temporaryDirectory({ onDisk = false } = {}): Promise<string> {
  const parent = !onDisk && (await hasMemory()) ? IN_MEMORY : tmpdir()
  return mkdtemp(join(parent, 'closeback-'))
}

async function hasMemory(): Promise<boolean> {
  try {
    const { bavail, bsize } = await statfs(IN_MEMORY)
    return bavail * bsize > ENOUGH_BYTES
  } catch {
    return false
  }
}
