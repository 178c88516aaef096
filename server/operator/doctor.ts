import { randomBytes } from 'node:crypto'
import { stat, statfs } from 'node:fs/promises'
import { hashIdentity } from '../../core/identity/hash-identity.ts'
import { emptyRawIdentity } from '../../core/identity/identity.ts'
import { brokenPages, writingMode } from '../../core/ledger/examine.ts'
import type { Ledger } from '../../core/ledger/ledger.ts'
import { workspaceLedger } from '../../core/ledger/workspace.ts'
import { ClosebackError } from '../../core/model/errors.ts'
import { MINUTE, SECOND } from '../../core/model/time.ts'
import { codeOf, durableFile } from '../../core/workspace/durable-file.ts'
import { readKeys } from '../../core/workspace/keys.ts'
import { open } from '../../core/workspace/secrets.ts'
import { type Finding, failed, fine, notChecked, warning } from '../commands/finding.ts'
import type { Closeback } from '../compose.ts'
import { type Config, inHome } from '../config.ts'
import { namesIn } from './files.ts'

const OLDEST_NODE = 24
/** A look through the whole file takes a second a gigabyte; who has more looks at a backup. */
const INTEGRITY_MS = 20 * SECOND
const MAX_CLOCK_MS = 5 * SECOND
/** Past this a signature is refused, and the 46 hours of an unknown outcome lose their margin. */
const WRONG_CLOCK_MS = 5 * MINUTE
const LITTLE_SPACE = 1024 ** 3
const TOO_LITTLE_SPACE = 100 * 1024 ** 2

/** What can be asked without opening the ledger. */
export async function examineHost(config: Config): Promise<Finding[]> {
  return [node(), vectors(), await modes(config), await space(config), await durability(config)]
}

/** What only an open ledger can tell. */
export async function examineLedger(closeback: Closeback): Promise<Finding[]> {
  const { ledger, config } = closeback
  return [
    ...(ledger.engine === 'sqlite' ? [await pragmas(ledger), await integrity(ledger)] : []),
    await keys(config, ledger),
    await clock(closeback),
  ]
}

function node(): Finding {
  const { node: said } = process.versions
  if (Number.parseInt(said, 10) >= OLDEST_NODE) return fine('node', `Version ${said}.`)
  return failed('node', `Version ${said}.`, `Run Closeback with Node ${OLDEST_NODE} or later.`)
}

/** Digests of TikTok's Events API reference: what is hashed otherwise matches nobody. */
const VECTORS = {
  email: ['alice_abc@gmail.com', '848a771458438fc2ec420560d769fb9b9b86851ee338ec56517baabd79d3bb4f'],
  phone: ['+12133734253', '9f7ec22d72092cd3c0b58726ed9c2d91b92e51a3f29837508fb2948bb22dd2fd'],
  externalId: ['user_123', '80fba0ae1c48e3978e43e4efc365e14e12ea0c830ba8ba5b9a2dafc7e3f2ab8b'],
} as const

function vectors(): Finding {
  const { email, phone, externalId } = VECTORS
  const raw = {
    ...emptyRawIdentity(),
    emails: [email[0]],
    phones: [phone[0]],
    externalIds: [externalId[0]],
  }
  const hashed = hashIdentity(raw, { defaultCountry: null })
  const wrong = (['email', 'phone', 'externalId'] as const).filter(
    (kind) => hashed[kind][0] !== VECTORS[kind][1],
  )
  if (wrong.length === 0) return fine('hashes', 'As in TikTok’s reference.')
  return failed(
    'hashes',
    `Not as in TikTok’s reference: ${wrong.join(', ')}.`,
    'Install Closeback again; do not send with this one.',
  )
}

/** The directory and its files are their owner's only. */
async function modes({ home }: Config): Promise<Finding> {
  const loose: string[] = []
  const look = async (path: string, name: string) => {
    const found = await stat(path).catch(() => null)
    if (found !== null && (found.mode & 0o077) !== 0) loose.push(name)
  }
  await look(home, home)
  for (const name of await namesIn(home)) {
    if (/^(ledger\.db|workspace\.json|secret\.key)/.test(name)) await look(`${home}/${name}`, name)
  }
  if (loose.length === 0) return fine('permissions', 'Only the owner may read.')
  return failed(
    'permissions',
    `Others may read: ${loose.join(', ')}.`,
    `Run: chmod 700 ${home} && chmod 600 ${home}/*`,
  )
}

async function space({ home }: Config): Promise<Finding> {
  const found = await statfs(home).catch(() => null)
  if (found === null)
    return failed(
      'disk',
      `${home} is not there.`,
      'Point CLOSEBACK_HOME to the data directory, or start the host once.',
    )
  const free = found.bavail * found.bsize
  const said = `${(free / 1024 ** 3).toFixed(1)} GB free.`
  const remedy = 'Give the disk of the data directory more space.'
  if (free < TOO_LITTLE_SPACE) return failed('disk', said, remedy)
  return free < LITTLE_SPACE ? warning('disk', said, remedy) : fine('disk', said)
}

/** Writes a file the way the settings are written, and reads it back. */
async function durability(config: Config): Promise<Finding> {
  const file = durableFile(inHome(config, 'doctor.tmp'))
  const text = randomBytes(1024).toString('hex')
  try {
    const prepared = await file.prepare(text)
    try {
      await file.syncDirectory()
    } finally {
      await prepared.discard()
    }
    return fine('disk writes', 'A file and its directory were synced.')
  } catch (error) {
    const { message, remedy } =
      error instanceof ClosebackError
        ? error
        : { message: codeOf(error), remedy: 'Check the disk, then run this again.' }
    return failed('disk writes', `${message}.`, remedy)
  }
}

async function pragmas(ledger: Ledger): Promise<Finding> {
  const { journal, isFull } = await writingMode(ledger)
  if (journal === 'wal' && isFull) return fine('ledger writes', 'Write-ahead log, every commit synced.')
  return failed(
    'ledger writes',
    `The journal is ${journal}, and commits are ${isFull ? '' : 'not '}synced.`,
    'Keep the data directory on a local disk: network file systems cannot hold a write-ahead log.',
  )
}

async function integrity(ledger: Ledger): Promise<Finding> {
  let late: NodeJS.Timeout | undefined
  const timeOut = new Promise<null>((resolve) => {
    late = setTimeout(resolve, INTEGRITY_MS, null)
  })
  const said = await Promise.race([brokenPages(ledger).catch(() => ['it cannot be read']), timeOut])
  clearTimeout(late)
  if (said === null)
    return notChecked(
      'ledger',
      `Looking through it takes longer than ${INTEGRITY_MS / SECOND} s.`,
      'Take a backup: it reads everything too.',
    )
  if (said.length === 0) return fine('ledger', 'Every page is where it belongs.')
  return failed('ledger', `Damaged: ${said.join('; ')}.`, 'Stop the host and restore a backup.')
}

async function keys(config: Config, ledger: Ledger): Promise<Finding> {
  const ring = await readKeys({
    variable: config.secretKey,
    file: durableFile(inHome(config, 'secret.key')),
  })
  const sealed = await workspaceLedger(ledger).readSealed()
  const closed = [...sealed].filter(([place, secret]) => {
    try {
      return ring === null || open(ring, place, secret) === ''
    } catch {
      return true
    }
  })
  if (closed.length === 0) return fine('keys', `All ${sealed.size} sealed secrets open.`)
  return failed(
    'keys',
    `Cannot be opened: ${closed.map(([place]) => place).join(', ')}.`,
    'Bring the key back (CLOSEBACK_SECRET_KEY or secret.key), or apply these secrets again.',
  )
}

async function clock({ tiktok, ledger, pipeline }: Closeback): Promise<Finding> {
  const before = ledger.now()
  const answer = await tiktok.request({ method: 'GET', path: '/oauth2/advertiser/get/' })
  if (answer.kind !== 'envelope' || answer.date === null)
    return notChecked(
      'clock',
      'TikTok did not answer, so there is nothing to hold it against.',
      'Check that this host reaches TikTok, then run this again.',
    )
  await pipeline.clock.observe(answer.date)
  // The moment of the header lies between question and answer, cut to a whole second.
  const [least, most] = [answer.date - ledger.now(), answer.date + SECOND - before]
  const off = Math.abs(least > 0 ? least : Math.min(most, 0))
  if (off <= MAX_CLOCK_MS) return fine('clock', 'As TikTok’s.')
  const said = `${Math.round(off / SECOND)} s away from TikTok’s.`
  const remedy = 'Let this host keep its time by NTP.'
  return off > WRONG_CLOCK_MS ? failed('clock', said, remedy) : warning('clock', said, remedy)
}
