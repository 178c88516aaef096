import { basename, dirname } from 'node:path'
import { type FileSystem, nodeFileSystem } from '../../../core/workspace/durable-file.ts'

/** How one call goes wrong; `short` writes one byte less than asked, which is no error. */
export type Fault = 'EIO' | 'ENOSPC' | 'short'

/**
 * The real file system, with every call written down (`open new`, `write`, `fsync file`, …) and the calls that
 * `faultOf` names failing instead of, or after, taking effect.
 */
export function recordingFileSystem(
  directory: string,
  faultOf: (call: string, index: number) => Fault | null = () => null,
): { fs: FileSystem; calls: string[] } {
  const calls: string[] = []
  function next(call: string): Fault | null {
    calls.push(call)
    const fault = faultOf(call, calls.length - 1)
    if (fault !== null && fault !== 'short') throw Object.assign(new Error(fault), { code: fault })
    return fault
  }
  const fs: FileSystem = {
    async open(path, flags, mode) {
      const what = path === directory ? 'directory' : 'file'
      next(`open ${what}`)
      const real = await nodeFileSystem.open(path, flags, mode)
      return {
        async write(bytes, offset, length) {
          const short = next(`write ${what}`) === 'short'
          return real.write(bytes, offset, short ? Math.max(1, length - 1) : length)
        },
        async sync() {
          next(`fsync ${what}`)
          await real.sync()
        },
        async close() {
          await real.close()
          next(`close ${what}`)
        },
      }
    },
    async rename(from, to) {
      if (dirname(from) !== dirname(to)) throw new Error(`${basename(from)} is in another directory`)
      next('rename')
      await nodeFileSystem.rename(from, to)
    },
    async link(from, to) {
      next('link')
      await nodeFileSystem.link(from, to)
    },
    async unlink(path) {
      next('unlink')
      await nodeFileSystem.unlink(path)
    },
    async readText(path) {
      next('read')
      return nodeFileSystem.readText(path)
    },
  }
  return { fs, calls }
}
