import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { ClosebackError } from '../../core/model/errors.ts'
import type { Terminal } from '../terminal/terminal.ts'

/** The text of a small file, its path relative to where the command was started. */
export async function readTextFile(terminal: Terminal, file: string): Promise<string> {
  const path = resolve(terminal.cwd, file)
  return readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw new ClosebackError('invalid', `The file ${path} cannot be read (${cause.code}).`, {
      remedy: 'Check the path; it is relative to where the command was started.',
    })
  })
}
