import { join, resolve } from 'node:path'
import { z } from 'zod'
import { ClosebackError } from '../core/model/errors.ts'
import { TIKTOK_ORIGIN } from '../core/model/tiktok.ts'

/** Everything the environment decides. Origins are the operator's own and trusted (docs/decisions.md). */
export interface Config {
  /** Data directory, absolute. */
  home: string
  /** `postgres://…`, or null for the SQLite ledger in the data directory. */
  databaseUrl: string | null
  secretKey: string | undefined
  host: string
  /** 0: any free port. */
  port: number
  /** What senders call, without a slash at its end; null: the listening URL. */
  publicUrl: string | null
  tiktokOrigin: string
  /** Our developer app at TikTok; null: tokens are pasted. */
  tiktokApp: { id: string; secret: string } | null
  /** Where the CRM of an adapter answers, by the adapter's id, where the environment says so; without a slash at its end. */
  origins: Readonly<Record<string, string>>
  /** URLs from the workspace may be http and private. */
  allowPrivateUrls: boolean
  logLevel: 'debug' | 'info' | 'warn' | 'error' | 'silent'
  /** Packages and files of further adapters, as the operator lists them; files are relative to `base`. */
  adapters: string[]
  /** Where relative paths start: the directory the command was called in. */
  base: string
  /** Where `{ env: NAME }` secrets are looked up. */
  env: Readonly<Record<string, string | undefined>>
}

const Url = z.url({ protocol: /^https?$/, error: 'use a URL that starts with https:// (or http://)' })

const Environment = z.object({
  CLOSEBACK_HOME: z.string().min(1).default('./.closeback'),
  DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//, 'use a URL that starts with postgres://')
    .optional(),
  CLOSEBACK_SECRET_KEY: z.string().optional(),
  HOST: z.string().min(1).default('127.0.0.1'),
  PORT: z
    .string()
    .regex(/^\d{1,5}$/, 'use a port number, 0 for any')
    .transform(Number)
    .refine((port) => port <= 65_535, 'use a port number up to 65535')
    .default(8080),
  CLOSEBACK_PUBLIC_URL: Url.optional(),
  TIKTOK_API_URL: Url.default(TIKTOK_ORIGIN),
  HUBSPOT_API_URL: Url.optional(),
  SALESFORCE_LOGIN_URL: Url.optional(),
  TIKTOK_APP_ID: z.string().optional(),
  TIKTOK_APP_SECRET: z.string().optional(),
  CLOSEBACK_ALLOW_PRIVATE_URLS: z.enum(['0', '1'], 'use 1 to allow them, 0 not to').default('0'),
  CLOSEBACK_ADAPTERS: z.string().default(''),
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
})

/** Reads the environment. Throws ClosebackError `config` with everything that is wrong, by variable. */
export function readConfig(env: Readonly<Record<string, string | undefined>>): Config {
  // An empty variable is how shells and unit files say "not set".
  const given = Object.fromEntries(
    Object.entries(env).filter(([, value]) => value !== undefined && value !== ''),
  )
  const read = Environment.safeParse(given)
  if (!read.success) {
    const issues = read.error.issues.map((issue) => ({ path: issue.path.join('.'), message: issue.message }))
    throw new ClosebackError('config', 'The environment is not right.', {
      remedy: 'Correct these variables and start again.',
      issues,
    })
  }
  const { data: variables } = read
  const base = resolve(env.INIT_CWD ?? '.')
  return {
    base,
    home: resolve(base, variables.CLOSEBACK_HOME),
    databaseUrl: variables.DATABASE_URL ?? null,
    secretKey: variables.CLOSEBACK_SECRET_KEY,
    host: variables.HOST,
    port: variables.PORT,
    publicUrl: variables.CLOSEBACK_PUBLIC_URL?.replace(/\/+$/, '') ?? null,
    tiktokOrigin: variables.TIKTOK_API_URL,
    tiktokApp: appOf(variables.TIKTOK_APP_ID, variables.TIKTOK_APP_SECRET),
    origins: originsIn(variables),
    allowPrivateUrls: variables.CLOSEBACK_ALLOW_PRIVATE_URLS === '1',
    logLevel: variables.LOG_LEVEL,
    adapters: variables.CLOSEBACK_ADAPTERS.split(',')
      .map((name) => name.trim())
      .filter((name) => name !== ''),
    env,
  }
}

function originsIn({
  HUBSPOT_API_URL: hubspot,
  SALESFORCE_LOGIN_URL: salesforce,
}: z.infer<typeof Environment>): Record<string, string> {
  const given = Object.entries({ hubspot, salesforce }).filter(([, url]) => url !== undefined)
  return Object.fromEntries(given.map(([adapter, url]) => [adapter, String(url).replace(/\/+$/, '')]))
}

function appOf(id: string | undefined, secret: string | undefined): Config['tiktokApp'] {
  if (id === undefined && secret === undefined) return null
  if (id !== undefined && secret !== undefined) return { id, secret }
  const path = id === undefined ? 'TIKTOK_APP_ID' : 'TIKTOK_APP_SECRET'
  throw new ClosebackError('config', 'Half of the developer app of TikTok is missing.', {
    remedy: 'Set both TIKTOK_APP_ID and TIKTOK_APP_SECRET, or neither.',
    issues: [{ path, message: 'is not set' }],
  })
}

/** A file of the data directory. */
export function inHome(config: Config, name: string): string {
  return join(config.home, name)
}
