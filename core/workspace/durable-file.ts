import { randomBytes } from 'node:crypto'
import { link, open, readFile, rename, unlink } from 'node:fs/promises'
import { dirname } from 'node:path'
import { ClosebackError } from '../model/errors.ts'

/** An open file, as far as a durable write needs one. */
interface OpenFile {
  /** May write less than asked; resolves to how much it was. */
  write(bytes: Uint8Array, offset: number, length: number): Promise<{ bytesWritten: number }>
  sync(): Promise<void>
  close(): Promise<void>
}

/** The file system calls of a durable write, one by one, so that each of them can fail in a test. */
export interface FileSystem {
  open(path: string, flags: 'wx' | 'r', mode?: number): Promise<OpenFile>
  rename(from: string, to: string): Promise<void>
  /** Fails with EEXIST when `to` is there: the way to create a file only once. */
  link(from: string, to: string): Promise<void>
  unlink(path: string): Promise<void>
  readText(path: string): Promise<string>
}

export const nodeFileSystem: FileSystem = {
  open,
  rename,
  link,
  unlink,
  readText: (path) => readFile(path, 'utf8'),
}

/** New content, complete and on disk under a temporary name. End it by one of these. */
interface PreparedWrite {
  /** Replaces the file in one step and makes the replacement survive a power cut. */
  rename(): Promise<void>
  /** Takes the name only if nothing has it; false when something has. */
  create(): Promise<boolean>
  /** Forgets the new content; the file stays as it was. Never throws: there is nothing left to save. */
  discard(): Promise<void>
}

/** One file that is replaced whole or not at all, in two steps, so that the second can stand inside a transaction. */
export interface DurableFile {
  readonly path: string
  /** The whole text, or null when there is no file. */
  read(): Promise<string | null>
  prepare(text: string): Promise<PreparedWrite>
  /** Makes an earlier rename survive a power cut. */
  syncDirectory(): Promise<void>
}

/**
 * A temporary file in the same directory, fsync, rename, fsync of the directory. Without the first fsync a power cut
 * may leave an empty file under the right name; without the second the rename itself may be undone.
 */
export function durableFile(path: string, fs: FileSystem = nodeFileSystem): DurableFile {
  const directory = dirname(path)

  async function step<T>(what: string, call: () => Promise<T>): Promise<T> {
    try {
      return await call()
    } catch (cause) {
      throw new ClosebackError('unavailable', `cannot ${what} ${path}: ${codeOf(cause)}`, {
        remedy: 'Check the free space, the permissions and the health of the disk, then try again.',
        cause,
      })
    }
  }

  async function syncDirectory(): Promise<void> {
    await step('sync the directory of', async () => {
      const opened = await fs.open(directory, 'r')
      await closing(opened, () => opened.sync())
    })
  }

  return {
    path,
    syncDirectory,

    async read() {
      try {
        return await fs.readText(path)
      } catch (error) {
        if (codeOf(error) === 'ENOENT') return null
        return step('read', () => Promise.reject(error))
      }
    },

    async prepare(text) {
      const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`
      const discard = () => fs.unlink(temporary).catch(() => {})
      const opened = await step('write', () => fs.open(temporary, 'wx', 0o600))
      try {
        await step('write', () =>
          closing(opened, async () => {
            await writeAll(opened, Buffer.from(text, 'utf8'))
            await opened.sync()
          }),
        )
      } catch (error) {
        await discard()
        throw error
      }
      return {
        discard,
        async rename() {
          await step('replace', () => fs.rename(temporary, path))
          await syncDirectory()
        },
        async create() {
          try {
            await fs.link(temporary, path)
          } catch (error) {
            await discard()
            if (codeOf(error) === 'EEXIST') return false
            return step('create', () => Promise.reject(error))
          }
          await discard()
          await syncDirectory()
          return true
        },
      }
    },
  }
}

async function writeAll(file: OpenFile, bytes: Uint8Array): Promise<void> {
  for (let offset = 0; offset < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, offset, bytes.length - offset)
    if (bytesWritten <= 0) throw Object.assign(new Error('nothing was written'), { code: 'EIO' })
    offset += bytesWritten
  }
}

/** Closes whatever happens; the first error counts, and an error of close alone is one too. */
async function closing(file: OpenFile, work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    await file.close().catch(() => {})
    throw error
  }
  await file.close()
}

/** The code of a system error (ENOSPC), without its message, which may hold paths of temporary files. */
export function codeOf(error: unknown): string {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code
  return 'unknown error'
}
