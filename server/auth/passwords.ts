import { argon2, randomBytes, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import { ClosebackError, type Issue } from '../../core/model/errors.ts'

const derive = promisify(argon2)

// OWASP's second choice for argon2id: 19 MiB, two passes, one lane; about 40 ms.
const COST = { memory: 19 * 1024, passes: 2, parallelism: 1 } as const
const TAG_BYTES = 32
const SALT_BYTES = 16
const MIN_PASSWORD = 12
export const MAX_PASSWORD = 200

/** A password as it is kept: argon2id in PHC form, which carries its own salt and cost. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES)
  const tag = await tagOf(password, salt, COST)
  const { memory, passes, parallelism } = COST
  return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${b64(salt)}$${b64(tag)}`
}

/** Whether this is the password. `kept` null (nobody has this address) takes the same time, and is never right. */
export async function verifyPassword(password: string, kept: string | null): Promise<boolean> {
  const parts = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([\w+/]+)\$([\w+/]+)$/.exec(
    kept ?? (await nobody()),
  )
  if (parts === null) return false
  const [, memory, passes, parallelism, salt = '', tag = ''] = parts
  const cost = { memory: Number(memory), passes: Number(passes), parallelism: Number(parallelism) }
  const wanted = Buffer.from(tag, 'base64')
  const got = await tagOf(password, Buffer.from(salt, 'base64'), cost)
  return got.length === wanted.length && timingSafeEqual(got, wanted) && kept !== null
}

/** Throws `invalid` at the field `password` for one that can be guessed. */
export function refuseWeak(password: string, email: string): void {
  const issue = weakness(password, email)
  if (issue === null) return
  throw new ClosebackError('invalid', 'This password is too weak.', {
    remedy: 'Choose another one; several words are easy to keep in mind.',
    issues: [issue],
  })
}

function weakness(password: string, email: string): Issue | null {
  const at = (message: string): Issue => ({ path: 'password', message })
  if ([...password].length < MIN_PASSWORD) return at(`use at least ${MIN_PASSWORD} characters`)
  if (new Set(password).size < 5) return at('use more than a few different characters')
  const [name = ''] = email.split('@')
  return password.toLowerCase().includes(email.toLowerCase()) || password.toLowerCase() === name
    ? at('do not use your own address')
    : null
}

let dummy: Promise<string> | null = null

function nobody(): Promise<string> {
  dummy ??= hashPassword(randomBytes(SALT_BYTES).toString('hex'))
  return dummy
}

function tagOf(password: string, nonce: Buffer, cost: typeof COST | Record<keyof typeof COST, number>) {
  // One spelling of what looks the same, whatever keyboard it was typed on.
  const message = Buffer.from(password.normalize('NFKC'), 'utf8')
  return derive('argon2id', { message, nonce, tagLength: TAG_BYTES, ...cost })
}

function b64(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '')
}
