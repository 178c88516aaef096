import type { Request, Response } from 'express'
import { type ApiKey, findApiKey, hasOwnerKey, type Role, SETUP_KEY } from '../../core/ledger/api-keys.ts'
import type { Db } from '../../core/ledger/ledger.ts'
import { ClosebackError } from '../../core/model/errors.ts'

/** 256 random bits in base64url behind `cb_`; anything much longer is not worth a look-up. */
const BEARER = /^Bearer +([\w.~+/=-]{1,200})$/i

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
): Promise<ApiKey> {
  const caller = await authenticate(db, req, res, ['sender'])
  if (caller.sourceId === sourceId) return caller
  throw new ClosebackError('forbidden', 'This key is for another source.', {
    remedy: 'Use a sender key of this source; "closeback api-key create --role sender --source" makes one.',
  })
}

/**
 * Who calls, if one of these roles. Throws `unauthorized` without a key that is good, `forbidden` for a role that may not;
 * the answer's WWW-Authenticate says which (RFC 6750).
 */
export async function authenticate(
  db: Db,
  req: Request,
  res: Response,
  roles: readonly Role[],
): Promise<ApiKey> {
  const { authorization } = req.headers
  if (authorization === undefined) {
    throw new ClosebackError('unauthorized', 'This needs an API key.', {
      remedy: 'Send "Authorization: Bearer <key>"; "closeback api-key create" makes one.',
    })
  }
  const [, key = null] = BEARER.exec(authorization) ?? []
  const caller = key === null ? null : await findApiKey(db, key)
  if (caller === null || (caller.id === SETUP_KEY && (await hasOwnerKey(db)))) {
    challenge(res, 'invalid_token')
    throw new ClosebackError('unauthorized', 'This API key is not known, or not any more.', {
      remedy: 'Check the key; the set-up key ends with the first key of an owner.',
    })
  }
  if (roles.includes(caller.role)) return caller
  challenge(res, 'insufficient_scope')
  throw new ClosebackError('forbidden', `A key of the role ${caller.role} may not do this.`, {
    remedy: `Use a key of one of these roles: ${roles.join(', ')}.`,
  })
}

/** Nothing to say any more where a stream is being answered already. */
function challenge(res: Response, error: string): void {
  if (!res.headersSent) res.setHeader('www-authenticate', `Bearer realm="closeback", error="${error}"`)
}
