import { randomBytes, randomUUID } from 'node:crypto'
import { mkdir, readFile, stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { AdapterContext, Credentials, SourceAdapter } from '../core/adapter.ts'
import { type GroupCommit, groupCommit } from '../core/ledger/group-commit.ts'
import { type Arrival, appendTickets, type NewTicket } from '../core/ledger/inbox.ts'
import { type Ledger, openLedger } from '../core/ledger/ledger.ts'
import { keepSealed, workspaceLedger } from '../core/ledger/workspace.ts'
import { checkRules } from '../core/mapping/check-rules.ts'
import { ClosebackError } from '../core/model/errors.ts'
import type { Log } from '../core/model/log.ts'
import { MINUTE, SECOND } from '../core/model/time.ts'
import type { Rule, SecretRef, Source } from '../core/model/workspace.ts'
import { pushClock } from '../core/pipeline/clock.ts'
import type { Pipeline } from '../core/pipeline/context.ts'
import { sourceCredentials } from '../core/pipeline/credentials.ts'
import { type Meters, NO_METERS } from '../core/pipeline/meters.ts'
import { type ActiveSource, compileSettings, type Settings } from '../core/pipeline/settings.ts'
import { createTikTok, type TikTok } from '../core/tiktok/request.ts'
import { type Applied, applyWorkspace } from '../core/workspace/apply.ts'
import { checkSources } from '../core/workspace/check-sources.ts'
import { durableFile } from '../core/workspace/durable-file.ts'
import { type KeyRing, loadKeys } from '../core/workspace/keys.ts'
import { parseWorkspaceText } from '../core/workspace/parse-text.ts'
import { ALERT_SECRET_PLACE, sourceSecretPlace, tokenPlace } from '../core/workspace/secret-places.ts'
import { open, resolveSecret, seal } from '../core/workspace/secrets.ts'
import { openWorkspace, type WorkspaceStore } from '../core/workspace/store.ts'
import { adapterFetch } from './adapter-fetch.ts'
import { loadAdapters } from './adapters.ts'
import { checkAlertUrl } from './alerts/check-alert-url.ts'
import { type Config, inHome } from './config.ts'
import { namesIn } from './operator/files.ts'
import { RESTORING } from './operator/restore.ts'
import { type Grants, grants } from './tiktok/grants.ts'

/** Connections of one cycle start up to this far apart. */
const JITTER_MS = 5 * SECOND

/** Everything that runs, put together; the only place that picks concrete parts. */
export interface Closeback {
  config: Config
  ledger: Ledger
  store: WorkspaceStore
  pipeline: Pipeline
  tiktok: TikTok
  inbox: GroupCommit<NewTicket, Arrival>
  /** Makes the settings what a file's text says. */
  apply(
    text: string,
    name: string,
    options: { actor: string; prune: boolean; dryRun: boolean; base?: number },
  ): Promise<Applied>
  /** Tokens that people brought and no connection has yet. */
  grants: Grants
  adapters: ReadonlyMap<string, SourceAdapter>
  /** What signs the cookies of the console; the same on every host of a ledger. */
  sessionKey: string
  /** What signs alerts, resolved anew. Throws ClosebackError when it cannot be had. */
  alertSecret(ref: SecretRef): Promise<string>
  /** Told by the host: what senders call, where the environment does not say. */
  listensAt(url: string): void
  close(): Promise<void>
}

export interface ComposeOptions {
  log: Log
  /** Counts nothing unless given. */
  meters?: Meters
  /** `host` leases are freed by the next host that starts on the same directory. */
  role: 'host' | 'cli'
  now?: () => number
  fetch?: typeof globalThis.fetch
}

/** Opens the data directory and puts the parts together. Throws ClosebackError `config` for anything that is not right. */
export async function compose(config: Config, options: ComposeOptions): Promise<Closeback> {
  const { log, role, meters = NO_METERS, now = Date.now, fetch = globalThis.fetch } = options
  await makeHome(config)
  const adapters = await loadAdapters(config.adapters, config.base)
  if (config.databaseUrl === null) await refuseWithoutLedger(config)
  const ledger = await openLedger({ at: config.databaseUrl ?? inHome(config, 'ledger.db'), now })
  try {
    // Made only after the ledger: a key without a ledger tells that the ledger was lost.
    const keys = await loadKeys({
      variable: config.secretKey,
      file: durableFile(inHome(config, 'secret.key')),
      mayGenerate: config.databaseUrl === null,
    })
    const settingsLedger = workspaceLedger(ledger)
    const checks = [checkRules, checkSources(adapters)]
    const store = await openWorkspace({
      ledger: settingsLedger,
      file: config.databaseUrl === null ? durableFile(inHome(config, 'workspace.json')) : null,
      checks,
      now,
    })
    const secretOf = async (ref: SecretRef, place: string) =>
      resolveSecret(ref, place, {
        keys,
        sealed: 'sealed' in ref ? await settingsLedger.readSealed() : new Map(),
        env: config.env,
        readText: (path) => readFile(resolve(config.home, path), 'utf8'),
      })
    const connectionOf = (id: string) => {
      const connection = store.current.workspace.connections.find((each) => each.id === id)
      if (connection) return connection
      throw new ClosebackError('not_found', `There is no connection "${id}".`, {
        remedy: 'List them with "closeback check".',
      })
    }
    const reached = { url: config.publicUrl ?? `http://${config.host}:${config.port}` }
    const tiktok = createTikTok({ origin: config.tiktokOrigin, fetch })
    const shared: SharedContext = {
      now,
      fetchFor: (adapter) => adapterFetch(config, config.origins[adapter] ?? null, fetch),
      log,
      publicUrl: () => reached.url,
      originOf: (adapter) => config.origins[adapter] ?? null,
      credentials: (sourceId) => sourceCredentials(ledger, keys, sourceId),
      sources: async () => [...(await pipeline.settings()).sources.values()],
    }
    const pipeline: Pipeline = {
      ledger,
      tiktok,
      clock: pushClock(ledger),
      log,
      meters,
      settings: settingsReader(ledger, store, adapters),
      holder: `${role}:${randomUUID()}`,
      digestKey: await ownKey(ledger, keys, 'ledger/digest-key'),
      adapterContext: (active) => adapterContext(active, secretOf, shared),
      eventsToken: (id) => secretOf(connectionOf(id).tokens.events, tokenPlace(id, 'events')),
      marketingToken(id) {
        const { tokens } = connectionOf(id)
        const name = tokens.marketing ? 'marketing' : 'events'
        return secretOf(tokens.marketing ?? tokens.events, tokenPlace(id, name))
      },
      wait: (ms) => sleep(ms),
      jitter: () => (role === 'host' ? sleep(Math.random() * JITTER_MS) : Promise.resolve()),
    }
    return {
      config,
      ledger,
      store,
      pipeline,
      tiktok,
      inbox: groupCommit((tickets) => ledger.transaction((tx) => appendTickets(tx, tickets, now()))),
      apply: (text, name, options) =>
        applyWorkspace(parseWorkspaceText(text, name), {
          store,
          ledger: settingsLedger,
          keys,
          checks: [...checks, checkAlertUrl(config)],
          adapters,
          ...options,
        }),
      grants: grants(ledger, keys),
      adapters,
      sessionKey: (await ownKey(ledger, keys, 'ledger/session-key')).toString('base64'),
      alertSecret: (ref) => secretOf(ref, ALERT_SECRET_PLACE),
      listensAt(url) {
        if (config.publicUrl === null) reached.url = url
      },
      close: () => ledger.close(),
    }
  } catch (error) {
    await ledger.close()
    throw error
  }
}

/** The data directory, its owner's only. Throws ClosebackError `config`. */
export async function makeHome({ home }: Config): Promise<void> {
  await mkdir(home, { recursive: true, mode: 0o700 }).catch((cause: unknown) => {
    throw new ClosebackError('config', `The data directory ${home} cannot be created.`, {
      remedy: 'Point CLOSEBACK_HOME to a directory that can be written.',
      cause,
    })
  })
}

/** A data directory that was used before has a ledger: without one it is the wrong directory, or a half-mounted one. */
async function refuseWithoutLedger(config: Config): Promise<void> {
  const names = await namesIn(config.home)
  const used = [RESTORING, 'workspace.json', 'secret.key'].filter((name) => names.includes(name))
  if (used.length === 0) return
  const path = inHome(config, 'ledger.db')
  const size = (await stat(path).catch(() => null))?.size ?? null
  if (size !== null && size > 0) return
  if (names.includes(RESTORING))
    throw new ClosebackError('config', `A restore into ${config.home} was interrupted.`, {
      remedy: 'Run the same "closeback restore" again: it goes on from the start.',
    })
  throw new ClosebackError('config', `The ledger ${path} is ${size === 0 ? 'empty' : 'missing'}.`, {
    remedy:
      `${config.home} was used before (${used.join(', ')}): check that the right volume is mounted, or restore a ` +
      'backup. Nothing was changed.',
  })
}

/** Expected values change once a day, perhaps by another host: they are read again this often. */
const LEARNED_MS = MINUTE

const expectsValue = ({ send }: Rule) => send.value !== undefined && 'expected' in send.value

/** Compiles each revision once, however many ask at the same time. */
function settingsReader(
  ledger: Ledger,
  store: WorkspaceStore,
  adapters: ReadonlyMap<string, SourceAdapter>,
): () => Promise<Settings> {
  let compiled: { revision: number; learned: number; settings: Promise<Settings> } | null = null
  return () => {
    const { current } = store
    const learned = current.workspace.rules.some(expectsValue) ? Math.floor(ledger.now() / LEARNED_MS) : 0
    if (compiled?.revision !== current.revision || compiled.learned !== learned) {
      const settings = compileSettings(ledger, adapters, current)
      compiled = { revision: current.revision, learned, settings }
      settings.catch(() => {
        compiled = null
      })
    }
    return compiled.settings
  }
}

const parsed = new WeakMap<Source, unknown>()

/** A source's settings as its adapter reads them: once a revision, not once a request (a preset takes 33 us). */
function settingsOf(source: Source, adapter: SourceAdapter): unknown {
  if (!parsed.has(source)) parsed.set(source, adapter.settings.parse(source.settings))
  return parsed.get(source)
}

/** What adapters of all sources are given alike. */
interface SharedContext {
  now: () => number
  fetchFor(adapter: string): typeof globalThis.fetch
  log: Log
  publicUrl(): string
  originOf(adapter: string): string | null
  credentials(sourceId: string): Credentials
  sources(): Promise<ActiveSource[]>
}

function adapterContext(
  { source, adapter }: ActiveSource,
  secretOf: (ref: SecretRef, place: string) => Promise<string>,
  { now, fetchFor, log, publicUrl, originOf, credentials, sources }: SharedContext,
): AdapterContext<unknown, unknown> {
  return {
    sourceId: source.id,
    settings: settingsOf(source, adapter),
    secrets: async () => {
      const given: Record<string, string[]> = {}
      for (const [name, one] of Object.entries(source.secrets)) {
        const refs = Array.isArray(one) ? one : [one]
        given[name] = await Promise.all(
          refs.map((ref, at) => secretOf(ref, sourceSecretPlace(source.id, name, at))),
        )
      }
      const read = adapter.secrets.safeParse(given)
      if (read.success) return read.data
      throw new ClosebackError('config', `The secrets of the source ${source.id} are not right.`, {
        remedy: 'Correct what they refer to: an environment variable, a file, or the workspace.',
        issues: read.error.issues.map(({ path, message }) => ({
          path: ['secrets', ...path].join('.'),
          message,
        })),
      })
    },
    now,
    fetch: fetchFor(adapter.id),
    log,
    origin: originOf(adapter.id),
    publicUrl: publicUrl(),
    credentials: credentials(source.id),
    siblings: async () =>
      (await sources())
        .filter((each) => each.adapter === adapter)
        .map((each) => ({ sourceId: each.source.id, settings: settingsOf(each.source, adapter) })),
  }
}

/** A key of the ledger's own: made once, sealed like every other secret. */
async function ownKey(ledger: Ledger, keys: KeyRing, place: string): Promise<Buffer> {
  const made = randomBytes(32).toString('base64')
  const kept = await keepSealed(ledger, place, seal(keys, place, made))
  return Buffer.from(open(keys, place, kept), 'base64')
}
