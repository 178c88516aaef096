import { once } from 'node:events'
import type { Terminal } from './terminal.ts'

/** Resolves when the command is asked to stop. */
export async function stopped({ stop }: Terminal): Promise<void> {
  if (!stop.aborted) await once(stop, 'abort')
}
