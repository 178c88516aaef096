import type { Request, Response } from 'express'
import { ipKeyGenerator, MemoryStore, type RateLimitRequestHandler, rateLimit } from 'express-rate-limit'
import { MINUTE, SECOND } from '../core/model/time.ts'

/**
 * Of one source, where the workspace says nothing: more than one host takes from one source (docs/decisions.md), so only
 * what has run away meets it.
 */
export const REQUESTS_PER_MINUTE = 600_000

/** Too many requests: the answer is 429, with RateLimit headers and Retry-After set already. */
export class RateLimited extends Error {
  readonly remedy: string

  constructor(message: string, remedy: string) {
    super(message)
    this.name = 'RateLimited'
    this.remedy = remedy
  }
}

const COMMON = {
  standardHeaders: 'draft-8',
  legacyHeaders: false,
  // Its checks are for routers that are set up in other ways, and write to the console.
  validate: false,
} as const

export interface AddressLimit {
  /** Throws RateLimited for an address that proved too little lately. */
  check(req: Request, res: Response): Promise<void>
  /** This request proved nothing: no good signature, no good key. */
  count(req: Request): Promise<void>
}

/**
 * Requests that prove nothing, by address, before anything of the next one is verified. Requests that are let in are not
 * counted at all, so that a busy sender is not cut by its own. What a reverse proxy hands on is its own to limit: all of it
 * has one address here, and one stranger would shut everybody out.
 */
export function addressLimit(maxUnproven: number): AddressLimit {
  const store = new MemoryStore()
  const limiter = rateLimit({
    ...COMMON,
    store,
    windowMs: 10 * SECOND,
    limit: maxUnproven,
    identifier: 'unproven-by-address',
    keyGenerator: addressOf,
    handler: (_req, _res, next) =>
      next(
        new RateLimited(
          'Too many requests from this address proved nothing.',
          'Correct the signature or the key, then send again after Retry-After.',
        ),
      ),
  })
  return {
    async check(req, res) {
      const known = isHandedOn(req) ? undefined : await store.get(addressOf(req))
      if (known && known.totalHits >= maxUnproven) await asked(limiter, req, res)
    },
    async count(req) {
      if (!isHandedOn(req)) await store.increment(addressOf(req))
    },
  }
}

/** Requests of one source, once it is known that it sent them. Throws RateLimited. */
export function sourceLimit(limitOf: (sourceId: string) => number) {
  const limiter = rateLimit({
    ...COMMON,
    store: new MemoryStore(),
    windowMs: MINUTE,
    limit: (req) => limitOf(sourceOf(req)),
    identifier: 'source',
    keyGenerator: sourceOf,
    handler: (_req, _res, next) =>
      next(
        new RateLimited(
          'This source sent more requests in a minute than it may.',
          'Send again after Retry-After, and several items in a request; or raise limits.requestsPerMinute of the source.',
        ),
      ),
  })
  return (req: Request, res: Response): Promise<void> => asked(limiter, req, res)
}

/** From one address in a minute: what a person clicks through, many times over. */
const VISITS_PER_ADDRESS = 120

/** Visits, from one address and from all together. Throws RateLimited. */
export function visitorLimit(perMinute: () => number) {
  const limitBy = (identifier: string, limit: () => number, keyGenerator: (req: Request) => string) =>
    rateLimit({
      ...COMMON,
      store: new MemoryStore(),
      windowMs: MINUTE,
      limit,
      identifier,
      keyGenerator,
      // Behind a proxy all visitors have one address here.
      skip: (req) => identifier === 'visitor' && isHandedOn(req),
      handler: (_req, _res, next) =>
        next(new RateLimited('Too many visits in a minute.', 'Tell of them later.')),
    })
  const byAddress = limitBy('visitor', () => VISITS_PER_ADDRESS, addressOf)
  const together = limitBy('visitors', perMinute, () => 'all')
  return async (req: Request, res: Response): Promise<void> => {
    await asked(byAddress, req, res)
    await asked(together, req, res)
  }
}

function asked(limiter: RateLimitRequestHandler, req: Request, res: Response): Promise<void> {
  return new Promise((resolve, reject) => {
    const next = (error?: unknown) => (error === undefined ? resolve() : reject(error))
    void Promise.resolve(limiter(req, res, next)).catch(reject)
  })
}

function sourceOf(req: Request): string {
  return String(req.params.source)
}

export function addressOf(req: Request): string {
  return ipKeyGenerator(req.socket.remoteAddress ?? '')
}

const PRIVATE = /^(::ffff:)?(127\.|10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|169\.254\.)|^(::1$|f[cd]|fe80:)/i

/** Handed on by a proxy in our own network: from elsewhere the header proves nothing. */
export function isHandedOn({ headers, socket }: Request): boolean {
  const says = headers['x-forwarded-for'] ?? headers.forwarded ?? headers.via
  return says !== undefined && PRIVATE.test(socket.remoteAddress ?? '')
}
