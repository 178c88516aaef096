import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Arrival } from '../../core/ledger/inbox.ts'
import { SIGNING_SECRET } from './samples.ts'
import { signedHeaders } from './signed.ts'

const CLI = fileURLToPath(new URL('../../server/closeback.mjs', import.meta.url))
const RUNNER = fileURLToPath(new URL('./run-host.ts', import.meta.url))
/** What the command keeps its stripped modules in; without it every start of the runner costs 300 ms more. */
const CACHE = fileURLToPath(new URL('../../node_modules/.cache/closeback/', import.meta.url))

/** Starting takes half a second; a machine that is busy with other tests gets many times that. */
const START_MS = 30_000
const END_MS = 40_000
/** Longer than any test. */
const NEVER_MS = 3_600_000

/** How a process ended: its exit code, or the signal that ended it. */
export interface Ended {
  code: number | null
  signal: NodeJS.Signals | null
  out: string
  err: string
}

export interface Posted {
  status: number
  retryAfter: string | null
  results: { id: string | null; index: number; status: Arrival | 'invalid' }[]
}

/** A host in a process of its own. */
export interface RealHost {
  url: string
  pid: number
  /** What it wrote to stderr so far. */
  err(): string
  /** Sends a signal and waits for the end. */
  end(signal: 'SIGKILL' | 'SIGTERM'): Promise<Ended>
  /** Steps its clock, and waits until it is stepped. Not for the real command. */
  step(ms: number): Promise<void>
  /** Time passes: on its clock, and on the one that no step touches. */
  pass(ms: number): Promise<void>
}

export interface HostOptions {
  /** Pushes this often; when left out only when asked. */
  everyMs?: number
  /** The real command, which pushes by the clock of the machine, at every even minute. */
  command?: boolean
  env?: Record<string, string>
}

/** Starts a host and waits until it listens; throws with what it said when it does not. */
export async function startHost(env: Record<string, string>, options: HostOptions = {}): Promise<RealHost> {
  const { everyMs = NEVER_MS, command = false } = options
  const given = { ...env, HOST: '127.0.0.1', PORT: '0', ...options.env }
  const child = command
    ? launch([CLI, 'serve'], given, false)
    : launch([RUNNER], { ...given, TEST_EVERY_MS: String(everyMs) }, true)
  const url = await listening(child).catch(async (error: unknown) => {
    child.process.kill('SIGKILL')
    await child.ended
    throw error
  })
  return {
    url,
    pid: child.process.pid as number,
    err: child.err,
    async end(signal) {
      child.process.kill(signal)
      return ended(child)
    },
    step: (ms) => tell(child, { step: ms, pass: 0 }),
    pass: (ms) => tell(child, { step: 0, pass: ms }),
  }
}

/** Runs one command of the command line to its end. */
export async function runCli(env: Record<string, string>, args: readonly string[]): Promise<Ended> {
  return ended(launch([CLI, ...args], env, false))
}

interface Launched {
  process: ChildProcess
  out(): string
  err(): string
  ended: Promise<Omit<Ended, 'out' | 'err'>>
}

function launch(args: readonly string[], env: Record<string, string>, ipc: boolean): Launched {
  const process_ = spawn(process.execPath, args, {
    env: { PATH: process.env.PATH, NODE_COMPILE_CACHE: CACHE, ...env },
    stdio: ['ignore', 'pipe', 'pipe', ...(ipc ? ['ipc' as const] : [])],
  })
  let out = ''
  let err = ''
  process_.stdout?.on('data', (chunk) => {
    out += chunk
  })
  process_.stderr?.on('data', (chunk) => {
    err += chunk
  })
  const end = new Promise<Omit<Ended, 'out' | 'err'>>((resolve) => {
    process_.once('close', (code, signal) => resolve({ code, signal }))
  })
  return { process: process_, out: () => out, err: () => err, ended: end }
}

async function tell(child: Launched, time: { step: number; pass: number }): Promise<void> {
  const answer = once(child.process, 'message', { signal: AbortSignal.timeout(START_MS) })
  child.process.send(time)
  await answer
}

async function listening(child: Launched): Promise<string> {
  const deadline = AbortSignal.timeout(START_MS)
  while (!child.out().includes('\n')) {
    const ends = child.ended.then(({ code }) => {
      throw new Error(`the host ended with ${code}: ${child.err()}`)
    })
    const output = child.process.stdout
    if (!output) throw new Error('the host has no output')
    await Promise.race([once(output, 'data', { signal: deadline }), ends])
  }
  const [, url] = /^closeback listening on (\S+)\n$/.exec(child.out()) ?? []
  if (url === undefined) throw new Error(`not the one line it should print: ${child.out()}`)
  return url
}

async function ended(child: Launched): Promise<Ended> {
  const late = setTimeout(() => child.process.kill('SIGKILL'), END_MS)
  const end = await child.ended
  clearTimeout(late)
  return { ...end, out: child.out(), err: child.err() }
}

/** Posts a signed body. Rejects when no whole answer came. */
export async function postHttp(
  url: string,
  said: unknown,
  how: { at?: number; id?: string; source?: string } = {},
): Promise<Posted> {
  const body = typeof said === 'string' ? said : JSON.stringify(said)
  const { at = Date.now(), id, source = 'shop-crm' } = how
  const answer = await fetch(`${url}/hooks/webhook/${source}`, {
    method: 'POST',
    headers: signedHeaders(body, { secret: SIGNING_SECRET, at, ...(id === undefined ? {} : { id }) }),
    body,
    signal: AbortSignal.timeout(START_MS),
  })
  const json = (await answer.json()) as Partial<Posted>
  return {
    status: answer.status,
    retryAfter: answer.headers.get('retry-after'),
    results: json.results ?? [],
  }
}
