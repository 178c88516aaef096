import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createApiKey, hasApiKey, SETUP_KEY } from '../core/ledger/api-keys.ts'
import { takeHostRole } from '../core/ledger/host-lock.ts'
import { freeClaimedTickets } from '../core/ledger/inbox.ts'
import { freeLeases } from '../core/ledger/leases.ts'
import { reclaimExpired } from '../core/ledger/outbox.ts'
import { ClosebackError } from '../core/model/errors.ts'
import type { Log } from '../core/model/log.ts'
import { HOUR, SECOND } from '../core/model/time.ts'
import { createApp } from './app.ts'
import { attemptLimits } from './auth/attempt-limits.ts'
import { type Closeback, compose, makeHome } from './compose.ts'
import { type Config, inHome } from './config.ts'
import { createJobs } from './jobs.ts'
import { LIMITS, type Limits } from './limits.ts'
import { createLog } from './log.ts'
import { createMetrics } from './metrics/metrics.ts'
import { requestLog } from './request-log.ts'
import { createRuns } from './runs.ts'

/** Below the usual number of open files, so that the ledger never lacks one. */
const MAX_CONNECTIONS = 5000
const MAX_HEADERS = 200

/** How long requests of senders, and the batch in flight, are waited for when the host stops; together under 35 s. */
const STOP_SENDERS_MS = 5 * SECOND
const STOP_PUSH_MS = 30 * SECOND
const STOP_SETTLE_MS = 2 * SECOND

export interface ServeOptions {
  /** Gets exactly one line: `closeback listening on URL`. */
  out: (text: string) => void
  /** Gets the set-up key, once in the life of a ledger. */
  err: (text: string) => void
  /** Default: JSON lines on stderr at the level of the configuration. */
  log?: Log
  now?: () => number
  fetch?: typeof globalThis.fetch
  /** Push cycles this far apart instead of every two minutes: for demos and tests. */
  everyMs?: number
  /** Other limits on slow clients, so that tests need not wait for them. */
  limits?: Partial<Limits>
}

export interface Serving {
  url: string
  closeback: Closeback
  /** Stops accepting, finishes or leaves leased what is in flight, closes the ledger; under 35 s. */
  stop(): Promise<void>
}

/** Runs the host until `stop`. Throws ClosebackError `config` when it cannot start; then nothing is left running. */
export async function serve(config: Config, options: ServeOptions): Promise<Serving> {
  const { out, err, log = createLog(config.logLevel), now, fetch = globalThis.fetch, everyMs } = options
  const hurry = new AbortController()
  const closers: (() => unknown)[] = []
  const close = async () => {
    for (const closer of closers.splice(0).reverse()) await closer()
  }
  try {
    // Before anything is read: a rotation of keys that ends meanwhile would leave this host with old ones.
    if (config.databaseUrl === null) {
      await makeHome(config)
      const role = takeHostRole(inHome(config, 'host.lock'))
      // Given back last of all, after the ledger is closed: the next host takes what is still leased for left behind.
      closers.push(() => role.release())
    }
    const metrics = createMetrics()
    const closeback = await compose(config, {
      log,
      meters: metrics,
      role: 'host',
      ...(now && { now }),
      fetch: (input, init) => fetch(input, { ...init, signal: either(init?.signal, hurry.signal) }),
    })
    closers.push(() => closeback.close())
    if (closeback.ledger.engine === 'sqlite') await freeDeadLeases(closeback)

    let url = ''
    const jobs = createJobs(closeback, { metrics, ...(everyMs !== undefined && { everyMs }) })
    const runs = createRuns({ ledger: closeback.ledger, log })
    const stopping = new AbortController()
    const limits = { ...LIMITS, ...options.limits }
    const app = createApp(
      {
        closeback,
        metrics,
        attempts: attemptLimits(),
        requests: requestLog(),
        runs,
        publicUrl: () => config.publicUrl ?? url,
        jobs: jobs.host,
        stopping: stopping.signal,
      },
      limits,
    )
    // Bodies have a deadline of their own, which knows streams: see bodyDeadline.
    const server = createServer({ ...limits, requestTimeout: 0 }, app)
    server.maxConnections = MAX_CONNECTIONS
    server.maxHeadersCount = MAX_HEADERS
    url = await listen(server, config)
    closeback.listensAt(url)
    jobs.start()
    closers.push(async () => {
      stopping.abort()
      const late = setTimeout(() => hurry.abort(), STOP_PUSH_MS)
      await atMost(
        STOP_PUSH_MS + STOP_SETTLE_MS,
        Promise.all([closeServer(server), jobs.stop(), runs.settled()]),
      )
      clearTimeout(late)
    })
    // Only now: a start that fails must not use up the one time it is shown. Before the line that hosts are waited for by.
    const setupKey = await createSetupKey(closeback)
    if (setupKey !== null) {
      err(
        `First start: make the owner at ${config.publicUrl ?? url}/start#${setupKey}\n` +
          `The set-up key at its end may do everything until there is an owner, and is not shown again: ${setupKey}\n`,
      )
    }
    out(`closeback listening on ${url}\n`)
    log.info({ url, revision: closeback.store.current.revision }, 'started')
    return { url, closeback, stop: close }
  } catch (error) {
    await close()
    throw error
  }
}

function either(one: AbortSignal | null | undefined, other: AbortSignal): AbortSignal {
  return one ? AbortSignal.any([one, other]) : other
}

/** The host role proves that every earlier host of this directory is dead, so its leases need not run out. */
async function freeDeadLeases({ ledger, store }: Closeback): Promise<void> {
  await freeClaimedTickets(ledger)
  await freeLeases(ledger, 'host:')
  for (const { id, delivery } of store.current.workspace.connections) {
    await reclaimExpired(ledger, id, delivery.uncertainRetryHours * HOUR, 'host')
  }
}

/** The key of the first start; null at every later one. */
function createSetupKey({ ledger }: Closeback): Promise<string | null> {
  return ledger.transaction(async (tx) => {
    if (await hasApiKey(tx, SETUP_KEY)) return null
    return (await createApiKey(tx, { id: SETUP_KEY, role: 'owner', sourceId: null }, ledger.now())).key
  })
}

function listen(server: Server, { host, port }: Config): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) =>
      reject(
        new ClosebackError('config', `${host}:${port} cannot be listened on (${cause.code}).`, {
          remedy: 'Choose another PORT (0 for any free one) or HOST, or stop what listens there.',
          cause,
        }),
      ),
    )
    server.listen(port, host, () => {
      const { address, family, port: taken } = server.address() as AddressInfo
      resolve(`http://${family === 'IPv6' ? `[${address}]` : address}:${taken}`)
    })
  })
}

/** Requests that are being answered get a moment to end; connections close as soon as they are idle. */
async function closeServer(server: Server): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve))
  const idle = setInterval(() => server.closeIdleConnections(), 50)
  const late = setTimeout(() => server.closeAllConnections(), STOP_SENDERS_MS)
  await closed
  clearInterval(idle)
  clearTimeout(late)
}

async function atMost(ms: number, work: Promise<unknown>): Promise<void> {
  const { promise: late, resolve } = Promise.withResolvers<void>()
  const timer = setTimeout(resolve, ms)
  await Promise.race([work, late])
  clearTimeout(timer)
}
