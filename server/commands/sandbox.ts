import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { parse } from 'yaml'
import { ClosebackError } from '../../core/model/errors.ts'
import { stopped } from '../terminal/stopped.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { SANDBOXES, type SandboxName, type SandboxStart } from './sandboxes.ts'

/** Runs one simulator until it is asked to stop. Prints where it listens, once. */
export async function sandbox(
  terminal: Terminal,
  {
    service,
    port,
    seed,
    empty,
    json,
  }: { service: SandboxName; port: number; seed: string | null; empty: boolean; json: boolean },
): Promise<void> {
  const chosen: SandboxStart = SANDBOXES[service]
  const content = seed !== null ? await readSeed(terminal, seed) : (empty && (await chosen.empty?.())) || null
  const running = await chosen.start(port, content).catch((cause: unknown) => {
    throw startError(cause, chosen, port, seed)
  })
  terminal.out(
    json ? `${JSON.stringify({ url: running.url })}\n` : `${service} sandbox listening on ${running.url}\n`,
  )
  await stopped(terminal)
  await running.close()
}

async function readSeed(terminal: Terminal, seed: string): Promise<unknown> {
  const path = resolve(terminal.cwd, seed)
  try {
    // The simulator checks the content and names everything that is wrong with it.
    return parse(await readFile(path, 'utf8'))
  } catch {
    throw new ClosebackError('invalid', `The seed ${path} cannot be read as YAML or JSON.`, {
      remedy: 'Check the path, which is relative to where the command was started, and the syntax.',
    })
  }
}

function startError(cause: unknown, { seedFile }: SandboxStart, port: number, seed: string | null): unknown {
  if (!(cause instanceof Error)) return cause
  if (cause.name === 'ControlError')
    return new ClosebackError('invalid', `The seed ${seed} is not right.`, {
      remedy: `Write it like the built-in seed in ${seedFile}.`,
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
