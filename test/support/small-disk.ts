import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** A directory that runs out of space, and can be given more. */
export interface SmallDisk {
  home: string
  /** Ends the shortage; for a limit on file sizes, that of the host with this process id. */
  giveSpace(pid: number): Promise<void>
  /** Starts the shortage where the file system itself is not small. */
  takeSpace(pid: number): Promise<void>
  remove(): Promise<void>
}

/**
 * A file system in memory of 2 MB where this process may mount one; else a limit on the size of files, set on the host
 * that writes there (Linux); else null.
 */
export async function smallDisk(): Promise<SmallDisk | null> {
  const home = await mkdtemp(join(tmpdir(), 'closeback-small-'))
  const remove = () => rm(home, { recursive: true, force: true })
  try {
    await run('mount', ['-t', 'tmpfs', '-o', 'size=2m,mode=700', 'tmpfs', home])
    return {
      home,
      takeSpace: async () => {},
      giveSpace: async () => void (await run('mount', ['-o', 'remount,size=32m', home])),
      async remove() {
        await run('umount', [home])
        await remove()
      },
    }
  } catch {
    // Not root, or not allowed to mount: the next way.
  }
  const limit = (pid: number, bytes: string) =>
    run('prlimit', ['--pid', String(pid), `--fsize=${bytes}:unlimited`])
  try {
    await limit(process.pid, 'unlimited')
    return {
      home,
      takeSpace: async (pid) => void (await limit(pid, '1000000')),
      giveSpace: async (pid) => void (await limit(pid, 'unlimited')),
      remove,
    }
  } catch {
    await remove()
    return null
  }
}
