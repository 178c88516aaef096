import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type Ledger, openLedger } from '../../core/ledger/ledger.ts'
import type { OpenedLedger } from '../conformance/ledger-harness.ts'
import { temporaryDirectory } from './temporary.ts'

/** Opens a ledger at a path or URL, for the conformance suite; `remove` takes away what it stood on. */
export async function openAt(
  at: string,
  now: () => number,
  remove: () => Promise<void> = async () => {},
): Promise<OpenedLedger> {
  const opened: Ledger[] = []
  const open = async () => {
    // Few connections each: a test holds several ledgers at a time.
    const ledger = await openLedger({ at, now, poolSize: 4 })
    opened.push(ledger)
    return ledger
  }
  return {
    ledger: await open(),
    again: open,
    async close() {
      for (const ledger of opened) await ledger.close()
      await remove()
    },
  }
}

/** Opens a SQLite ledger in a temporary directory. */
export async function openSqliteLedger(now: () => number): Promise<OpenedLedger & { path: string }> {
  const directory = await temporaryDirectory()
  const path = join(directory, 'ledger.db')
  const opened = await openAt(path, now, () => rm(directory, { recursive: true, force: true }))
  return { ...opened, path }
}
