import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { parse } from 'yaml'
import { ClosebackError } from '../../core/model/errors.ts'
import { startTikTokSandbox } from '../../fixtures/sandbox/tiktok/index.ts'
import type { SeedInput } from '../../fixtures/sandbox/tiktok/seed.ts'
import { stopped } from '../terminal/stopped.ts'
import type { Terminal } from '../terminal/terminal.ts'

/** Runs one simulator until it is asked to stop. Prints where it listens, once. */
export async function sandbox(
  terminal: Terminal,
  { port, seed, json }: { port: number; seed: string | null; json: boolean },
): Promise<void> {
  const content = seed === null ? null : await readSeed(terminal, seed)
  const running = await startTikTokSandbox({ port, ...(content && { seed: content }) }).catch(
    (cause: unknown) => {
      throw startError(cause, port, seed)
    },
  )
  terminal.out(
    json ? `${JSON.stringify({ url: running.url })}\n` : `tiktok sandbox listening on ${running.url}\n`,
  )
  await stopped(terminal)
  await running.close()
}

async function readSeed(terminal: Terminal, seed: string): Promise<SeedInput> {
  const path = resolve(terminal.cwd, seed)
  try {
    // The simulator checks the content and names everything that is wrong with it.
    return parse(await readFile(path, 'utf8')) as SeedInput
  } catch {
    throw new ClosebackError('invalid', `The seed ${path} cannot be read as YAML or JSON.`, {
      remedy: 'Check the path, which is relative to where the command was started, and the syntax.',
    })
  }
}

function startError(cause: unknown, port: number, seed: string | null): unknown {
  if (!(cause instanceof Error)) return cause
  if (cause.name === 'ControlError')
    return new ClosebackError('invalid', `The seed ${seed} is not right.`, {
      remedy: 'Write it like the built-in seed in fixtures/sandbox/tiktok/seed.ts.',
      issues: cause.message
        .split('\n')
        .slice(1)
        .map((line) => ({ path: '', message: line.trim() })),
    })
  if ('code' in cause && (cause.code === 'EADDRINUSE' || cause.code === 'EACCES'))
    return new ClosebackError('config', `Port ${port} cannot be taken (${cause.code}).`, {
      remedy: 'Choose another with --port, or leave it out for any free one.',
    })
  return cause
}
