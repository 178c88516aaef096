import { durableFile } from '../../core/workspace/durable-file.ts'
import { inHome } from '../config.ts'
import { rotateKeys } from '../operator/rotate-keys.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { wrap } from '../terminal/wrap.ts'
import type { Outcome } from './outcome.ts'
import { ACTOR, withCloseback } from './with-closeback.ts'

/** Seals every secret with a new key. */
export async function rotate(terminal: Terminal): Promise<Outcome> {
  return withCloseback(terminal, async ({ config, ledger }) => {
    const file = durableFile(inHome(config, 'secret.key'))
    const rotation = await rotateKeys({ config, ledger, file, actor: ACTOR })
    const { keyId, resealed, retired, keys } = rotation
    const next =
      keys === 'file'
        ? `The old key is gone from secret.key: copy the file to where you keep it. Backups taken before need ${retired.join(', ')}.`
        : `Now set CLOSEBACK_SECRET_KEY to the first key alone; ${retired.join(', ')} is needed only for backups taken before.`
    const lines = [`Sealed ${resealed} ${resealed === 1 ? 'secret' : 'secrets'} with key ${keyId}.`, next]
    return {
      exit: 0,
      document: rotation,
      text: `${lines.map((line) => wrap(line, terminal.width)).join('\n')}\n`,
    }
  })
}
