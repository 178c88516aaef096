import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, open, readdir, stat } from 'node:fs/promises'
import { ClosebackError } from '../../core/model/errors.ts'
import { codeOf } from '../../core/workspace/durable-file.ts'

/** The names in a directory; empty when it is not there. */
export async function namesIn(directory: string): Promise<string[]> {
  try {
    return await readdir(directory)
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return []
    throw new ClosebackError('config', `The directory ${directory} cannot be read: ${codeOf(error)}.`, {
      remedy: 'Name a directory that can be read and written.',
      cause: error,
    })
  }
}

/** Makes a directory that only its owner may enter; says so when it cannot. */
export async function makeDirectory(directory: string): Promise<void> {
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 })
  } catch (cause) {
    throw new ClosebackError('config', `The directory ${directory} cannot be made: ${codeOf(cause)}.`, {
      remedy: 'Name a directory that can be read and written.',
      cause,
    })
  }
}

/** Waits until what was written to a file, or which names a directory holds, would survive a power cut. */
export async function syncPath(path: string): Promise<void> {
  const opened = await open(path, 'r')
  try {
    await opened.sync()
  } finally {
    await opened.close()
  }
}

/** Size and SHA-256 (lower-case hex) of a file, read in pieces. */
export async function fingerprint(path: string): Promise<{ bytes: number; sha256: string }> {
  const digest = createHash('sha256')
  for await (const chunk of createReadStream(path)) digest.update(chunk as Buffer)
  return { bytes: (await stat(path)).size, sha256: digest.digest('hex') }
}
