import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { ClosebackError } from '../model/errors.ts'
import type { SecretRef } from '../model/workspace.ts'
import { codeOf } from './durable-file.ts'
import type { KeyRing } from './keys.ts'
import type { SealedSecret } from './ports.ts'

const TAG_BYTES = 16
const NONCE_BYTES = 12

/** Seals a secret with the first key, for one place only: moved elsewhere it does not open. */
export function seal(keys: KeyRing, place: string, text: string): SealedSecret {
  const [key] = keys
  const nonce = randomBytes(NONCE_BYTES)
  const cipher = createCipheriv('aes-256-gcm', key.bytes, nonce, { authTagLength: TAG_BYTES })
  cipher.setAAD(Buffer.from(place, 'utf8'))
  const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()])
  return { keyId: key.id, nonce: nonce.toString('base64'), text: sealed.toString('base64') }
}

/** Opens what `seal` made for this place. Throws `config` for another key, another place or a changed byte. */
export function open(keys: KeyRing, place: string, sealed: SealedSecret): string {
  const key = keys.find(({ id }) => id === sealed.keyId)
  if (key === undefined)
    throw new ClosebackError(
      'config',
      `the secret at ${place} was sealed with key ${sealed.keyId}, which is not here`,
      { remedy: 'Add that key to CLOSEBACK_SECRET_KEY after the others, or apply the secret again.' },
    )
  const bytes = Buffer.from(sealed.text, 'base64')
  const nonce = Buffer.from(sealed.nonce, 'base64')
  try {
    if (nonce.length !== NONCE_BYTES) throw new RangeError('nonce')
    const decipher = createDecipheriv('aes-256-gcm', key.bytes, nonce, { authTagLength: TAG_BYTES })
    decipher.setAAD(Buffer.from(place, 'utf8'))
    decipher.setAuthTag(bytes.subarray(-TAG_BYTES))
    const text = Buffer.concat([decipher.update(bytes.subarray(0, -TAG_BYTES)), decipher.final()])
    return text.toString('utf8')
  } catch {
    // The cause is left out on purpose: it says nothing more, and nobody has to wonder what it holds.
    throw new ClosebackError('config', `the sealed secret at ${place} was changed or belongs elsewhere`, {
      remedy: 'Apply the secret again, or restore a backup.',
    })
  }
}

/** What a reference is resolved with. Everything is read at use: a rotated variable or file takes effect at once. */
export interface SecretSources {
  keys: KeyRing
  sealed: ReadonlyMap<string, SealedSecret>
  env: Readonly<Record<string, string | undefined>>
  readText(path: string): Promise<string>
}

/** The secret itself. Errors name the variable, the file or the place, never a value. */
export async function resolveSecret(ref: SecretRef, place: string, sources: SecretSources): Promise<string> {
  if ('value' in ref) return ref.value
  if ('env' in ref) {
    const value = sources.env[ref.env]
    if (value) return value
    throw new ClosebackError('config', `the environment variable ${ref.env} (${place}) is not set`, {
      remedy: `Set ${ref.env} where Closeback runs, then start it again.`,
    })
  }
  if ('file' in ref) {
    const text = await sources.readText(ref.file).catch((cause: unknown) => {
      throw new ClosebackError('config', `cannot read the file ${ref.file} (${place}): ${codeOf(cause)}`, {
        remedy: 'Check that the file is there and that Closeback may read it.',
      })
    })
    // Editors and `echo` end a file with a line break that is not part of the secret.
    const value = text.replace(/\r?\n$/, '')
    if (value !== '') return value
    throw new ClosebackError('config', `the file ${ref.file} (${place}) is empty`, {
      remedy: 'Write the secret into the file.',
    })
  }
  const sealed = sources.sealed.get(place)
  if (sealed !== undefined) return open(sources.keys, place, sealed)
  throw new ClosebackError('config', `there is no sealed secret at ${place}`, {
    remedy: 'Apply the secret again as { value: "…" }.',
  })
}
