import { exportWorkspace } from '../../core/workspace/export.ts'
import type { Terminal } from '../terminal/terminal.ts'
import type { Outcome } from './outcome.ts'
import { withCloseback } from './with-closeback.ts'

/** Writes the settings as a file that can be committed: without a single secret, and ready to be applied again. */
export async function exportSettings(terminal: Terminal): Promise<Outcome> {
  const { parse } = await import('yaml')
  return withCloseback(terminal, async ({ store }) => {
    const text = exportWorkspace(store.current.workspace)
    return { exit: 0, document: parse(text), text }
  })
}
