import { type Closeback, compose } from '../compose.ts'
import { readConfig } from '../config.ts'
import { terminalLog } from '../terminal/log.ts'
import type { Terminal } from '../terminal/terminal.ts'

/** Opens the data directory for one command, beside a host that may be running, and closes it whatever happens. */
export async function withCloseback<T>(
  terminal: Terminal,
  use: (closeback: Closeback) => Promise<T>,
): Promise<T> {
  const config = readConfig({ ...terminal.env, INIT_CWD: terminal.cwd })
  const closeback = await compose(config, { log: terminalLog(terminal), role: 'cli', now: terminal.now })
  try {
    return await use(closeback)
  } finally {
    await closeback.close()
  }
}

/** Who decides, in the journal, when a command does. */
export const ACTOR = 'cli'
