import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pinned, type Role } from './pinned.ts'
import { WORKSPACE_ENV } from './samples.ts'

const START_MS = 20_000

/** A server in a process of its own. */
export interface Spawned {
  url: string
  pid: number
  /** Ends it and waits until it is gone. */
  stop(): Promise<void>
}

/** An empty data directory, and how to remove it. */
export async function temporaryHome(): Promise<{ home: string; remove: () => Promise<void> }> {
  const home = await mkdtemp(join(tmpdir(), 'closeback-bench-'))
  return { home, remove: () => rm(home, { recursive: true, force: true }) }
}

/** The real host, as `closeback serve` starts it; on the core of the servers unless it is to run `anywhere`. */
export function startHost(
  home: string,
  tiktokUrl: string,
  role: Role = 'server',
  more: Record<string, string> = {},
): Promise<Spawned> {
  return start(['server/closeback.mjs', 'serve'], role, { ...hostEnv(home, tiktokUrl), ...more })
}

/** One command beside the host, as an operator runs it, on the core that the host does not use; waits for its end. */
export async function runCommand(home: string, tiktokUrl: string, args: readonly string[]): Promise<void> {
  const words = [
    ...(pinned('other') ?? []),
    process.execPath,
    '--no-warnings',
    'server/closeback.mjs',
    ...args,
  ]
  const child = spawn(words[0] ?? '', words.slice(1), {
    cwd: new URL('..', import.meta.url).pathname,
    env: { ...process.env, ...hostEnv(home, tiktokUrl) },
    stdio: 'ignore',
  })
  const [code] = await once(child, 'exit')
  if (code !== 0) throw new Error(`closeback ${args[0]} ended with ${code}`)
}

function hostEnv(home: string, tiktokUrl: string): Record<string, string> {
  return {
    CLOSEBACK_HOME: home,
    PORT: '0',
    LOG_LEVEL: 'error',
    TIKTOK_API_URL: tiktokUrl,
    CLOSEBACK_ALLOW_PRIVATE_URLS: '1',
    ...WORKSPACE_ENV,
  }
}

/** The least an Express server can do with the same requests: read JSON, write JSON. */
export function startEcho(): Promise<Spawned> {
  return start(['bench/echo.ts'], 'server', {})
}

/** The TikTok simulator, on the core of the load generator. */
export function startTikTok(): Promise<Spawned> {
  return start(['bench/tiktok.ts'], 'other', {})
}

/** The Salesforce simulator with this many opportunities, on the core of the load generator. */
export function startSalesforce(opportunities: number): Promise<Spawned> {
  return start(['bench/salesforce-sandbox.ts', String(opportunities)], 'other', {})
}

/** Runs a program of this checkout until it prints the one line that ends with its URL. */
async function start(program: readonly string[], role: Role, env: Record<string, string>): Promise<Spawned> {
  const words = [...(pinned(role) ?? []), process.execPath, '--no-warnings', ...program]
  const child = spawn(words[0] ?? '', words.slice(1), {
    cwd: new URL('..', import.meta.url).pathname,
    env: { ...process.env, NODE_ENV: 'production', ...env },
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const url = await firstUrl(child, program.join(' '))
  return {
    url,
    pid: child.pid ?? 0,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return
      const gone = once(child, 'exit')
      child.kill('SIGTERM')
      const late = setTimeout(() => child.kill('SIGKILL'), 10_000)
      await gone
      clearTimeout(late)
    },
  }
}

function firstUrl(child: ChildProcess, name: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = ''
    const late = setTimeout(() => {
      child.kill('SIGKILL')
      reject(new Error(`${name} did not start within ${START_MS / 1000} s`))
    }, START_MS)
    child.once('exit', (code) => {
      clearTimeout(late)
      reject(new Error(`${name} ended with ${code} before it listened`))
    })
    child.stdout?.on('data', (chunk: Buffer) => {
      said += chunk
      const url = /(http:\/\/\S+)\n/.exec(said)?.[1]
      if (url === undefined) return
      clearTimeout(late)
      resolve(url)
    })
  })
}
