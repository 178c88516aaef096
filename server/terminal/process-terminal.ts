import { text } from 'node:stream/consumers'
import type { Terminal } from './terminal.ts'

/** Wider lines are hard to read; narrower terminals than this break every table. */
const WIDEST = 100
const NARROWEST = 60
const USUAL = 80

/** The terminal of this process. */
export function processTerminal(): Terminal {
  const { env, stdout, stderr, stdin } = process
  const stop = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort())
  // A reader that has seen enough ("| head") closes the pipe; that is no error of the command.
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
  })
  return {
    env,
    cwd: env.INIT_CWD || process.cwd(),
    width: stdout.isTTY ? Math.max(NARROWEST, Math.min(stdout.columns, WIDEST)) : USUAL,
    out: (text) => stdout.write(text),
    err: (text) => stderr.write(text),
    interactive: stderr.isTTY === true,
    readInput: () => text(stdin),
    now: Date.now,
    stop: stop.signal,
  }
}
