import { readConfig } from '../config.ts'
import { serve as startHost } from '../serve.ts'
import { stopped } from '../terminal/stopped.ts'
import type { Terminal } from '../terminal/terminal.ts'

/** Runs the host until it is asked to stop. */
export async function serve(terminal: Terminal, { json }: { json: boolean }): Promise<void> {
  const config = readConfig({ ...terminal.env, INIT_CWD: terminal.cwd })
  const host = await startHost(config, {
    out: (line) => (json ? undefined : terminal.out(line)),
    err: terminal.err,
  })
  if (json) terminal.out(`${JSON.stringify({ url: host.url })}\n`)
  await stopped(terminal)
  await host.stop()
}
