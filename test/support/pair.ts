import { rm } from 'node:fs/promises'
import type { DeliveryRow } from '../../core/ledger/deliveries.ts'
import type { Reason } from '../../core/model/delivery.ts'
import type { Log } from '../../core/model/log.ts'
import type { WorkspaceInput } from '../../core/model/workspace.ts'
import { cycle } from '../../core/pipeline/cycle.ts'
import type { PushOptions } from '../../core/pipeline/push.ts'
import type { PushReport } from '../../core/pipeline/push-report.ts'
import type { ReceiveReport } from '../../core/pipeline/receive.ts'
import { startTikTokSandbox, type TikTokSandbox } from '../../fixtures/sandbox/tiktok/index.ts'
import { type Closeback, compose } from '../../server/compose.ts'
import { readConfig } from '../../server/config.ts'
import { type Acknowledged, checkPromise } from './checker.ts'
import { postSigned } from './post-signed.ts'
import { type Item, SIGNING_SECRET, settings } from './samples.ts'
import { temporaryDirectory } from './temporary.ts'
import { START, type TestClock, testClock } from './test-clock.ts'

/** What a host logged: level, event name and facts. */
export interface LogLine {
  level: 'debug' | 'info' | 'warn' | 'error'
  event: string
  facts: Record<string, unknown>
}

/** Stands between Closeback and the network: may fail before `send` (nothing left), after it, or wait. */
export type Intercept = (send: () => Promise<Response>, body: string) => Promise<Response>

/** A TikTok simulator and a Closeback that sends to it, on one clock. */
export interface Pair {
  sandbox: TikTokSandbox
  clock: TestClock
  /** The first host; `reopen` puts another one in its place. */
  closeback: Closeback
  /** What `{ env: NAME }` secrets are read from; change it to rotate a token. */
  env: Record<string, string>
  log: LogLine[]
  /** What was acknowledged to senders so far; `check` reads it. */
  acknowledged: Acknowledged[]
  /** Set it to break or watch requests to TikTok. */
  intercept: Intercept | null
  /** Makes the settings what is given; what is left out stays, unless `prune`. */
  apply(workspace: WorkspaceInput, options?: { prune?: boolean }): Promise<void>
  /** Posts items as one signed request to a source (`shop-crm`), as `receive` takes it. */
  post(items: readonly Item[], source?: string): Promise<ReceiveReport>
  /** One cycle of the first host, or of another. */
  cycle(options?: PushOptions, host?: Closeback): Promise<PushReport>
  /** Another Closeback on the same ledger and settings, as a second host or a command beside it. */
  another(role?: 'host' | 'cli'): Promise<Closeback>
  /** Closes the first host and opens it again, as after a restart. */
  reopen(): Promise<void>
  /** Every delivery, oldest first. */
  deliveries(): Promise<DeliveryRow[]>
  /** The reasons noted so far, oldest stage change first. */
  reasons(): Promise<Reason[]>
  /** How often TikTok counted each event id. */
  counted(): Map<string, number>
  /** Asserts the promise: see checker.ts. */
  check(): Promise<void>
  close(): Promise<void>
}

export interface PairOptions {
  /** Applied before anything is posted; the sample settings unless given. */
  settings?: WorkspaceInput
  /** A `postgres://` URL of an empty database; SQLite in the temporary home unless given. */
  database?: string | undefined
  /** Further variables of the environment. */
  env?: Record<string, string>
  /** Epoch ms both clocks start at. */
  start?: number
}

/** Starts a pair on a temporary home; `close` leaves nothing behind. */
export async function startPair(options: PairOptions = {}): Promise<Pair> {
  const sandbox = await startTikTokSandbox()
  const home = await temporaryDirectory()
  const clock = testClock(sandbox.state.clock, options.start ?? START)
  const env: Record<string, string> = {
    CLOSEBACK_HOME: home,
    TIKTOK_API_URL: sandbox.url,
    CLOSEBACK_SECRET_KEY: '11'.repeat(32),
    SHOP_CRM_SECRET: SIGNING_SECRET,
    TIKTOK_EVENTS_TOKEN: 'sandbox-token',
    TIKTOK_OTHER_TOKEN: 'sandbox-token-2',
    ...(options.database === undefined ? {} : { DATABASE_URL: options.database }),
    ...options.env,
  }
  const opened: Closeback[] = []
  const log: LogLine[] = []
  const open = async (role: 'host' | 'cli') => {
    const fetch: typeof globalThis.fetch = (input, init) => {
      const send = () => globalThis.fetch(input, init)
      return pair.intercept ? pair.intercept(send, String(init?.body ?? '')) : send()
    }
    const closeback = await compose(readConfig(env), { log: listTo(log), role, now: clock.now, fetch })
    // Hosts spread their connections over seconds; a test has none to spare.
    closeback.pipeline.jitter = () => Promise.resolve()
    closeback.pipeline.wait = () => Promise.resolve()
    opened.push(closeback)
    return closeback
  }
  const shut = async (closeback: Closeback) => {
    opened.splice(opened.indexOf(closeback), 1)
    await closeback.close()
  }

  const pair: Pair = {
    sandbox,
    clock,
    env,
    log,
    acknowledged: [],
    intercept: null,
    closeback: await open('host'),
    async apply(workspace, { prune = false } = {}) {
      const how = { actor: 'cli', prune, dryRun: false }
      await pair.closeback.apply(JSON.stringify(workspace), 'closeback.json', how)
    },
    async post(items, source = 'shop-crm') {
      const report = await postSigned(pair.closeback, source, items, {
        secret: SIGNING_SECRET,
        at: clock.now(),
      })
      for (const { id, status } of report.results) {
        if (status !== 'invalid' && id !== null) pair.acknowledged.push({ source, key: `id:${id}`, status })
      }
      return report
    },
    cycle: (how = {}, host = pair.closeback) => cycle(host.pipeline, how),
    another: (role = 'host') => open(role),
    async reopen() {
      await shut(pair.closeback)
      pair.closeback = await open('host')
    },
    deliveries: () => pair.closeback.ledger.db.selectFrom('deliveries').selectAll().orderBy('id').execute(),
    async reasons() {
      const query = pair.closeback.ledger.db.selectFrom('reasons').select('reason')
      const rows = await query
        .orderBy('stage_change_id')
        .orderBy('rule_id')
        .orderBy('connection_id')
        .execute()
      return rows.map((row) => row.reason)
    },
    counted() {
      const ids = new Map<string, number>()
      for (const { eventId } of sandbox.state.events.all()) {
        if (eventId !== null) ids.set(eventId, (ids.get(eventId) ?? 0) + 1)
      }
      return ids
    },
    check: () => checkPromise(pair.closeback.ledger, sandbox.state, pair.acknowledged),
    async close() {
      for (const closeback of [...opened]) await shut(closeback)
      await sandbox.close()
      await rm(home, { recursive: true, force: true })
    },
  }
  try {
    await pair.apply(options.settings ?? settings())
  } catch (error) {
    await pair.close()
    throw error
  }
  return pair
}

function listTo(lines: LogLine[]): Log {
  const at = (level: LogLine['level']) => (facts: Record<string, unknown>, event: string) => {
    lines.push({ level, event, facts })
  }
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
}
