import { createHash, randomBytes } from 'node:crypto'
import { ClosebackError } from '../model/errors.ts'
import type { DurableFile } from './durable-file.ts'

/** 32 bytes for AES-256-GCM; the id tells which key sealed what, and says nothing about the key. */
export interface SecretKey {
  /** First 8 hex digits of the SHA-256 of the key. */
  id: string
  bytes: Buffer
}

/** All keys that open; the first one seals. */
export type KeyRing = readonly [SecretKey, ...SecretKey[]]

export interface KeySources {
  /** `CLOSEBACK_SECRET_KEY`: base64 or hex, several separated by commas. When set, the file is not looked at. */
  variable: string | undefined
  /** `secret.key` in the data directory: same form, made on first use. */
  file: DurableFile
  /** False with `DATABASE_URL`: hosts that each make a key of their own could not read each other's secrets. */
  mayGenerate: boolean
}

const FORM = 'Give 32 random bytes as base64 or hex, for example the output of: openssl rand -base64 32'

/** The keys that secrets are sealed and opened with. Throws `config`, and never repeats what it was given. */
export async function loadKeys({ variable, file, mayGenerate }: KeySources): Promise<KeyRing> {
  if (variable !== undefined && variable.trim() !== '') return parseKeys(variable, 'CLOSEBACK_SECRET_KEY')
  if (!mayGenerate)
    throw new ClosebackError('config', 'with DATABASE_URL the key of sealed secrets is not made by itself', {
      remedy: `Set CLOSEBACK_SECRET_KEY, the same for every host. ${FORM}`,
    })
  const kept = await file.read()
  if (kept !== null) return parseKeys(kept, file.path)
  const made = randomBytes(32).toString('base64')
  const created = await (await file.prepare(`${made}\n`)).create()
  if (created) return parseKeys(made, file.path)
  // Another process was faster: its key is the one that counts.
  return parseKeys((await file.read()) ?? '', file.path)
}

/** The keys there are, without making one; null when there are none. */
export async function readKeys({ variable, file }: Omit<KeySources, 'mayGenerate'>): Promise<KeyRing | null> {
  if (variable !== undefined && variable.trim() !== '') return parseKeys(variable, 'CLOSEBACK_SECRET_KEY')
  const kept = await file.read()
  return kept === null ? null : parseKeys(kept, file.path)
}

/** Makes these the keys of the file, all or none. */
export async function writeKeys(file: DurableFile, keys: readonly SecretKey[]): Promise<void> {
  const prepared = await file.prepare(`${keys.map(({ bytes }) => bytes.toString('base64')).join(',')}\n`)
  await prepared.rename().catch(async (error: unknown) => {
    await prepared.discard()
    throw error
  })
}

export function newKey(): SecretKey {
  return keyOf(randomBytes(32))
}

function keyOf(bytes: Buffer): SecretKey {
  return { id: createHash('sha256').update(bytes).digest('hex').slice(0, 8), bytes }
}

function parseKeys(text: string, name: string): KeyRing {
  const keys = text.split(',').map((part, index) => parseKey(part.trim(), `key ${index + 1} in ${name}`))
  const [first, ...rest] = keys
  if (first === undefined) throw badKey(name)
  return [first, ...rest]
}

function parseKey(text: string, name: string): SecretKey {
  let bytes: Buffer
  if (/^[0-9a-fA-F]{64}$/.test(text)) bytes = Buffer.from(text, 'hex')
  else if (/^[A-Za-z0-9+/_-]{43}=?$/.test(text)) bytes = Buffer.from(text, 'base64')
  else throw badKey(name)
  return keyOf(bytes)
}

function badKey(name: string): ClosebackError {
  return new ClosebackError('config', `${name} is not 32 bytes in base64 or hex`, { remedy: `${FORM}.` })
}
