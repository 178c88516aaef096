import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { LoadOrder, LoadReport } from './load.ts'
import { pinned } from './pinned.ts'

export interface Generator {
  /** Sends what is ordered and says what came back. */
  run(order: LoadOrder): Promise<LoadReport>
  stop(): void
}

/** The load generator in a process of its own, on the core that the server does not use. */
export function startGenerator(): Generator {
  const file = new URL('./load.ts', import.meta.url).pathname
  const words = [...(pinned('other') ?? []), process.execPath, '--no-warnings', file]
  const child = spawn(words[0] ?? '', words.slice(1), { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  return {
    async run(order) {
      child.send(order)
      const answer = await Promise.race([once(child, 'message'), once(child, 'exit').then(() => null)])
      if (answer === null) throw new Error('the load generator ended')
      return answer[0] as LoadReport
    },
    stop: () => child.kill(),
  }
}
