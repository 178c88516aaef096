import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { ClosebackError } from '../../core/model/errors.ts'
import { releaseDue } from '../../core/pipeline/release.ts'
import type { Change, FieldChange } from '../../core/workspace/changes.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { wrap } from '../terminal/wrap.ts'
import type { Outcome } from './outcome.ts'
import { ACTOR, withCloseback } from './with-closeback.ts'

export interface ApplyOptions {
  /** A path, or `-` for standard input. */
  file: string
  dryRun: boolean
  prune: boolean
}

/** Makes the settings what a file says, and tells the difference. */
export async function apply(terminal: Terminal, { file, dryRun, prune }: ApplyOptions): Promise<Outcome> {
  const text = await read(terminal, file)
  const name = file === '-' ? 'standard input' : file
  return withCloseback(terminal, async (closeback) => {
    const { revision, changes } = await closeback.apply(text, name, { actor: ACTOR, dryRun, prune })
    // A host does the same when it notices the new revision; without one, the next push must find the holds looked at.
    if (!dryRun && changes.length > 0) await releaseDue(closeback.pipeline, 'all')
    const document = { revision, dryRun, changes }
    return { exit: 0, document, text: differenceText(document, terminal) }
  })
}

async function read(terminal: Terminal, file: string): Promise<string> {
  if (file === '-') return terminal.readInput()
  const path = resolve(terminal.cwd, file)
  return readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw new ClosebackError('invalid', `The file ${path} cannot be read (${cause.code}).`, {
      remedy: 'Check the path; it is relative to where the command was started.',
    })
  })
}

const SIGNS = { create: '+', update: '~', delete: '-' } as const

function differenceText(
  { revision, dryRun, changes }: { revision: number; dryRun: boolean; changes: Change[] },
  { width }: Terminal,
): string {
  if (changes.length === 0) return `= nothing to do, revision ${revision}\n`
  const lines = changes.flatMap(({ action, kind, id, fields }) => [
    `${SIGNS[action]} ${kind === 'order' ? 'order of rules' : `${kind} ${id}`}`,
    ...fields.map((field) => wrap(`    ${fieldText(field)}`, width, '        ').replace(/^/, '    ')),
  ])
  const count = `${changes.length} ${changes.length === 1 ? 'change' : 'changes'}`
  lines.push(
    dryRun
      ? `Dry run: ${count}, nothing written; still revision ${revision}.`
      : `Applied ${count}: revision ${revision}.`,
  )
  return `${lines.join('\n')}\n`
}

function fieldText({ path, from, to }: FieldChange): string {
  if (to === 'secret changed') return `${path}: the secret changed`
  const side = (value: unknown) => (value === undefined ? '(not set)' : JSON.stringify(value))
  return `${path}: ${side(from)} -> ${side(to)}`
}
