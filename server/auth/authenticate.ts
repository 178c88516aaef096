import type { Request, Response } from 'express'
import { findApiKey, type Role, SETUP_KEY } from '../../core/ledger/api-keys.ts'
import type { Db } from '../../core/ledger/ledger.ts'
import { hasOwner, personById } from '../../core/ledger/people.ts'
import { ClosebackError } from '../../core/model/errors.ts'
import type { Host } from '../host.ts'
import { refuseForged } from './same-site.ts'

/** 256 random bits in base64url behind `cb_`; anything much longer is not worth a look-up. */
const BEARER = /^Bearer +([\w.~+/=-]{1,200})$/i

/** Who calls: an API key, or a person who is signed in. Both obey the same roles. */
export interface Caller {
  /** Id of the key or of the person, for the journal. */
  id: string
  role: Role
  /** Only a sender has one, and it may post to nothing else. */
  sourceId: string | null
  isPerson: boolean
}

/** Whether a request to a hook brings one of our keys; whatever else stands there belongs to a signature scheme. */
export function isApiKey({ headers: { authorization = '' } }: Request): boolean {
  return /^Bearer +cb_/i.test(authorization)
}

/** Who sends for this source with a key. Throws like `authenticate`, and `forbidden` for the sender of another source. */
export async function authenticateSender(
  db: Db,
  req: Request,
  res: Response,
  sourceId: string,
): Promise<Caller> {
  const caller = authorise(res, await keyOf(db, req, res), ['sender'])
  if (caller.sourceId === sourceId) return caller
  throw new ClosebackError('forbidden', 'This key is for another source.', {
    remedy: 'Use a sender key of this source; "closeback api-key create --role sender --source" makes one.',
  })
}

/**
 * Who calls, if one of these roles. Throws `unauthorized` without a key or session that is good, `forbidden` for a role that
 * may not, or for a change that no page of the console asked for; the answer's WWW-Authenticate says which (RFC 6750).
 */
export async function authenticate(
  { closeback, publicUrl }: Host,
  req: Request,
  res: Response,
  roles: readonly Role[],
): Promise<Caller> {
  const { db } = closeback.ledger
  const person = req.headers.authorization === undefined ? await personOf(db, req) : null
  if (person !== null && !isReading(req)) refuseForged(req, publicUrl())
  return authorise(res, person ?? (await keyOf(db, req, res)), roles)
}

/** The person of this request's session, with the role they have now; null for nobody. */
async function personOf(db: Db, { session }: Request): Promise<Caller | null> {
  const person = session?.personId === undefined ? null : await personById(db, session.personId)
  return person && { id: person.id, role: person.role, sourceId: null, isPerson: true }
}

/** The key that may stand in for the first owner: the set-up key while there is none, or an owner's. */
export async function findKey(db: Db, key: string): Promise<Caller | null> {
  const found = await findApiKey(db, key)
  if (found === null || (found.id === SETUP_KEY && (await hasOwner(db)))) return null
  return { ...found, isPerson: false }
}

async function keyOf(db: Db, req: Request, res: Response): Promise<Caller> {
  const { authorization } = req.headers
  if (authorization === undefined) {
    throw new ClosebackError('unauthorized', 'This needs an API key, or somebody who is signed in.', {
      remedy:
        'Sign in to the console, or send "Authorization: Bearer <key>"; "closeback api-key create" makes one.',
    })
  }
  const [, key = null] = BEARER.exec(authorization) ?? []
  const caller = key === null ? null : await findKey(db, key)
  if (caller !== null) return caller
  challenge(res, 'invalid_token')
  throw new ClosebackError('unauthorized', 'This API key is not known, or not any more.', {
    remedy: 'Check the key; the set-up key ends with the first owner.',
  })
}

function authorise(res: Response, caller: Caller, roles: readonly Role[]): Caller {
  if (roles.includes(caller.role)) return caller
  challenge(res, 'insufficient_scope')
  const who = caller.isPerson ? 'Somebody' : 'A key'
  throw new ClosebackError('forbidden', `${who} of the role ${caller.role} may not do this.`, {
    remedy: `It takes one of these roles: ${roles.join(', ')}.`,
  })
}

function isReading({ method }: Request): boolean {
  return method === 'GET' || method === 'HEAD'
}

/** Nothing to say any more where a stream is being answered already. */
function challenge(res: Response, error: string): void {
  if (!res.headersSent) res.setHeader('www-authenticate', `Bearer realm="closeback", error="${error}"`)
}
