import { rm } from 'node:fs/promises'
import { afterEach } from 'vitest'
import { createApiKey } from '../../core/ledger/api-keys.ts'
import type { DeliveryRow } from '../../core/ledger/deliveries.ts'
import type { WorkspaceInput } from '../../core/model/workspace.ts'
import type { PushReport } from '../../core/pipeline/push-report.ts'
import { startTikTokSandbox, type TikTokSandbox } from '../../fixtures/sandbox/tiktok/index.ts'
import { type Closeback, compose } from '../../server/compose.ts'
import { readConfig } from '../../server/config.ts'
import { type Acknowledged, checkPromise } from './checker.ts'
import {
  type Ended,
  type HostOptions,
  type Posted,
  postHttp,
  type RealHost,
  runCli,
  startHost,
} from './real-host.ts'
import { connection, type Item, otherConnection, SIGNING_SECRET, settings, won } from './samples.ts'
import { temporaryDirectory } from './temporary.ts'

/** A simulator and a data directory for hosts in processes of their own, on the machine's clock. */
export interface RealPair {
  sandbox: TikTokSandbox
  home: string
  acknowledged: Acknowledged[]
  /** Looks into the ledger beside the hosts, as commands do. */
  beside: Closeback
  start(options?: HostOptions): Promise<RealHost>
  cli(...args: string[]): Promise<Ended>
  /** Calls a host's API with an editor's key: the parsed answer to a POST. */
  ask(host: RealHost, path: string, body: object): Promise<unknown>
  /** Time passes, for a host and at TikTok. */
  pass(host: RealHost, ms: number): Promise<void>
  /** Asks a host for a cycle now, also for what waits for its back-off. */
  push(host: RealHost): Promise<PushReport>
  apply(workspace: WorkspaceInput): Promise<void>
  /** Posts to a host and notes what it acknowledged; rejects when no answer came. */
  post(host: RealHost, items: readonly Item[], how?: Parameters<typeof postHttp>[2]): Promise<Posted>
  /** The same with a body as it shall travel. */
  postText(host: RealHost, body: string, how?: Parameters<typeof postHttp>[2]): Promise<Posted>
  deliveries(): Promise<DeliveryRow[]>
  /** How often TikTok counted each event, by event set and event id. */
  counted(): Map<string, number>
  check(): Promise<void>
}

/** Settings for the machine's clock: everything after 2020 counts. */
export function realSettings(given: Partial<WorkspaceInput> = {}): WorkspaceInput {
  const startAt = '2020-01-01T00:00:00Z'
  return settings({ connections: [connection({ startAt }), otherConnection({ startAt })], ...given })
}

/** A deal won an hour ago by the machine's clock. */
export function wonNow(name: string, given: Record<string, unknown> = {}): Item {
  return won(name, { occurredAt: new Date(Date.now() - 3_600_000).toISOString(), ...given })
}

/** Makes such pairs inside tests; after each test its hosts are ended, the promise is checked, the directory removed. */
export function useRealPair(): (options?: { home?: string; settings?: WorkspaceInput }) => Promise<RealPair> {
  const ends: (() => Promise<unknown>)[] = []
  afterEach(async () => {
    let failure: unknown = null
    for (const end of ends.splice(0).reverse()) {
      await end().catch((error: unknown) => {
        failure ??= error
      })
    }
    if (failure !== null) throw failure
  })

  return async (options = {}) => {
    const sandbox = await startTikTokSandbox()
    ends.push(() => sandbox.close())
    const home = options.home ?? (await temporaryDirectory())
    if (options.home === undefined) ends.push(() => rm(home, { recursive: true, force: true }))
    const env = {
      CLOSEBACK_HOME: home,
      TIKTOK_API_URL: sandbox.url,
      CLOSEBACK_SECRET_KEY: '11'.repeat(32),
      SHOP_CRM_SECRET: SIGNING_SECRET,
      TIKTOK_EVENTS_TOKEN: 'sandbox-token',
      TIKTOK_OTHER_TOKEN: 'sandbox-token-2',
      LOG_LEVEL: 'warn',
    }
    const silent = () => {}
    const log = { debug: silent, info: silent, warn: silent, error: silent }
    const beside = await compose(readConfig(env), { log, role: 'cli' })
    ends.push(() => beside.close())
    const { key } = await createApiKey(beside.ledger.db, { role: 'editor', sourceId: null }, Date.now())
    const pair: RealPair = {
      sandbox,
      home,
      acknowledged: [],
      beside,
      async start(how) {
        const host = await startHost(env, how)
        ends.push(() => host.end('SIGKILL'))
        return host
      },
      cli: (...args) => runCli(env, args),
      async ask(host, path, body) {
        const answer = await fetch(`${host.url}/api/v1${path}`, {
          method: 'POST',
          headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
          body: JSON.stringify(body),
          signal: AbortSignal.timeout(60_000),
        })
        if (answer.status !== 200)
          throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`)
        return answer.json()
      },
      async pass(host, ms) {
        sandbox.state.clock.advance(ms)
        await host.pass(ms)
      },
      push: async (host) => (await pair.ask(host, '/push', { now: true })) as PushReport,
      async apply(workspace) {
        const how = { actor: 'cli', prune: false, dryRun: false }
        await beside.apply(JSON.stringify(workspace), 'closeback.json', how)
      },
      post: (host, items, how) => pair.postText(host, JSON.stringify(items), how),
      async postText(host, body, how = {}) {
        const posted = await postHttp(host.url, body, how)
        const source = how.source ?? 'shop-crm'
        for (const { id, status } of posted.results) {
          if (status !== 'invalid' && id !== null) pair.acknowledged.push({ source, key: `id:${id}`, status })
        }
        return posted
      },
      deliveries: () => beside.ledger.db.selectFrom('deliveries').selectAll().orderBy('id').execute(),
      counted() {
        const ids = new Map<string, number>()
        for (const { sourceId, eventId } of sandbox.state.events.all()) {
          const name = `${sourceId} ${eventId}`
          ids.set(name, (ids.get(name) ?? 0) + 1)
        }
        return ids
      },
      check: () => checkPromise(beside.ledger, sandbox.state, pair.acknowledged),
    }
    await pair.apply(options.settings ?? realSettings())
    ends.push(() => pair.check())
    return pair
  }
}
