import { takeHostRole } from '../../core/ledger/host-lock.ts'
import { addEntry } from '../../core/ledger/journal.ts'
import type { Ledger } from '../../core/ledger/ledger.ts'
import { resealAll } from '../../core/ledger/sealed.ts'
import { ClosebackError } from '../../core/model/errors.ts'
import type { DurableFile } from '../../core/workspace/durable-file.ts'
import { type KeyRing, newKey, readKeys, writeKeys } from '../../core/workspace/keys.ts'
import { open, seal } from '../../core/workspace/secrets.ts'
import { type Config, inHome } from '../config.ts'

/** A command that started with the old key may seal with it until it ends; looked for this often. */
const MAX_LOOKS = 5

export interface RotateOptions {
  config: Config
  ledger: Ledger
  file: DurableFile
  actor: string
  /** Called before each step; for tests that interrupt it there. */
  step?: (name: string) => void
}

export interface Rotation {
  /** The key that seals now. */
  keyId: string
  resealed: number
  /** Keys that are not needed any more. */
  retired: string[]
  /** Where the keys come from. */
  keys: 'file' | 'environment'
}

/**
 * Seals every secret with a new key. In the key file: the new key is added first and the old ones are removed last, so
 * that everything opens at every moment between. From CLOSEBACK_SECRET_KEY the operator brings the new key, in front.
 */
export async function rotateKeys(options: RotateOptions): Promise<Rotation> {
  const { config, ledger } = options
  if (ledger.engine === 'postgres') return rotate(options)
  const role = takeHostRole(inHome(config, 'host.lock'))
  try {
    return await rotate(options)
  } finally {
    role.release()
  }
}

async function rotate(options: RotateOptions): Promise<Rotation> {
  const { config, ledger, file, actor, step = () => {} } = options
  const fromEnvironment = config.secretKey !== undefined
  const known = await readKeys({ variable: config.secretKey, file })
  if (known === null)
    throw new ClosebackError('config', 'There is no key to rotate yet.', {
      remedy: 'Start the host once, or apply a workspace: that makes one.',
    })
  const keys: KeyRing = fromEnvironment ? known : [newKey(), ...known]
  if (fromEnvironment && keys.length === 1) throw needsTwo()
  if (!fromEnvironment) {
    step('add the new key')
    await writeKeys(file, keys)
  }
  step('seal again')
  let resealed = await sealAgain(ledger, keys)
  for (let looks = 0; !fromEnvironment && looks < MAX_LOOKS; looks++) {
    step('remove the old keys')
    await writeKeys(file, keys.slice(0, 1))
    const late = await sealAgain(ledger, keys)
    resealed += late
    if (late === 0) break
  }
  const [first, ...retired] = keys
  await addEntry(ledger.db, {
    at: ledger.now(),
    actor,
    verb: 'keys rotate',
    subject: 'sealed secrets',
    detail: `${resealed} sealed with key ${first.id}`,
  })
  return {
    keyId: first.id,
    resealed,
    retired: retired.map(({ id }) => id),
    keys: fromEnvironment ? 'environment' : 'file',
  }
}

function sealAgain(ledger: Ledger, keys: KeyRing): Promise<number> {
  return resealAll(ledger, (place, sealed) =>
    sealed.keyId === keys[0].id ? null : seal(keys, place, open(keys, place, sealed)),
  )
}

function needsTwo(): ClosebackError {
  return new ClosebackError(
    'config',
    'CLOSEBACK_SECRET_KEY holds one key, so there is nothing to rotate to.',
    {
      remedy:
        'Set CLOSEBACK_SECRET_KEY=new,old (openssl rand -base64 32 makes a new one) for every host and restart them, run ' +
        '"closeback keys rotate", then set CLOSEBACK_SECRET_KEY=new.',
    },
  )
}
