import { resolve } from 'node:path'
import { readConfig } from '../config.ts'
import { backUp } from '../operator/backup.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { wrap } from '../terminal/wrap.ts'
import type { Outcome } from './outcome.ts'

/** Copies ledger and settings into a directory, beside a host that may be running. */
export async function backup(terminal: Terminal, { directory }: { directory: string }): Promise<Outcome> {
  const config = readConfig({ ...terminal.env, INIT_CWD: terminal.cwd })
  const to = resolve(terminal.cwd, directory)
  const manifest = await backUp(config, to, terminal.now)
  const { takenAt, revision, counts, files } = manifest
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0)
  const rows = (table: string) => counts[table] ?? 0
  const text = [
    `Backed up at ${takenAt}, settings at revision ${revision}: ${rows('inbox')} messages, ${rows('deals')} deals, ` +
      `${rows('deliveries')} deliveries, ${(bytes / 1e6).toFixed(1)} MB.`,
    'Keys are not in it: keep secret.key, or CLOSEBACK_SECRET_KEY, in another place.',
  ]
  return {
    exit: 0,
    document: { directory: to, ...manifest },
    text: `${text.map((line) => wrap(line, terminal.width)).join('\n')}\n`,
  }
}
