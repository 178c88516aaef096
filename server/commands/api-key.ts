import { createApiKey, type Role } from '../../core/ledger/api-keys.ts'
import { addEntry } from '../../core/ledger/journal.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { known } from './known.ts'
import type { Outcome } from './outcome.ts'
import { ACTOR, withCloseback } from './with-closeback.ts'

/** Makes an API key and tells it, once. */
export async function createKey(
  terminal: Terminal,
  { role, sourceId }: { role: Role; sourceId: string | null },
): Promise<Outcome> {
  return withCloseback(terminal, async ({ ledger, store }) => {
    if (sourceId !== null) known('source', sourceId, store.current.workspace.sources)
    const { id, key } = await ledger.transaction(async (tx) => {
      const made = await createApiKey(tx, { role, sourceId }, ledger.now())
      const detail = sourceId === null ? role : `${role} of ${sourceId}`
      await addEntry(tx, {
        at: ledger.now(),
        actor: ACTOR,
        verb: 'api-key create',
        subject: `API key ${made.id}`,
        detail,
      })
      return made
    })
    const text = `id   ${id}\nkey  ${key}\nKeep the key now: it is not shown again.\n`
    return { exit: 0, document: { id, key, role, sourceId }, text }
  })
}
