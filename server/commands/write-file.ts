import { writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { ClosebackError } from '../../core/model/errors.ts'
import type { Terminal } from '../terminal/terminal.ts'

/** Writes a report, its path relative to where the command was started, and says so on stderr. */
export async function writeTextFile(terminal: Terminal, file: string, text: string): Promise<void> {
  const path = resolve(terminal.cwd, file)
  await writeFile(path, text).catch((cause: NodeJS.ErrnoException) => {
    throw new ClosebackError('invalid', `The file ${path} cannot be written (${cause.code}).`, {
      remedy:
        'Check that its directory is there and can be written; the path is relative to where the command was started.',
    })
  })
  terminal.err(`Written to ${path}.\n`)
}
