import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { hubspot } from '../adapters/hubspot/index.ts'
import { salesforce } from '../adapters/salesforce/index.ts'
import { webhook } from '../adapters/webhook/index.ts'
import type { SourceAdapter } from '../core/adapter.ts'
import { ClosebackError, type Issue } from '../core/model/errors.ts'

const BUILT_IN = [webhook, hubspot, salesforce] as readonly SourceAdapter[]

/**
 * The adapters this host can run, by the name a source gives: the built-in ones, and those the operator lists in
 * `CLOSEBACK_ADAPTERS` by package or file name. A workspace names code but never brings it in: whoever may edit
 * settings must not be able to run a file of their choice.
 *
 * @param names as listed; files start with `.` or `/`, relative to `base`
 */
export async function loadAdapters(
  names: readonly string[],
  base: string,
): Promise<ReadonlyMap<string, SourceAdapter>> {
  const adapters = new Map(BUILT_IN.map((adapter) => [adapter.id, adapter]))
  for (const name of names) {
    const adapter = await loadOne(name, base)
    if (adapters.has(adapter.id)) {
      throw new ClosebackError('config', `${name} calls itself "${adapter.id}", which is taken.`, {
        remedy: 'Give the adapter an id of its own.',
      })
    }
    adapters.set(adapter.id, adapter)
    adapters.set(name, adapter)
  }
  return adapters
}

async function loadOne(name: string, base: string): Promise<SourceAdapter> {
  const isFile = name.startsWith('.') || name.startsWith('/')
  const from = isFile ? pathToFileURL(resolve(base, name)).href : name
  const module: Record<string, unknown> = await import(from).catch((cause: unknown) => {
    const detail = cause instanceof Error ? cause.message.split('\n')[0] : 'unknown'
    throw new ClosebackError('config', `The adapter ${name} cannot be loaded: ${detail}`, {
      remedy: 'Correct CLOSEBACK_ADAPTERS: a package that is installed, or a file that starts with ./ or /.',
      cause,
    })
  })
  const adapter = module.default
  const issues = contractProblems(adapter)
  if (issues.length === 0) return adapter as SourceAdapter
  throw new ClosebackError('config', `The adapter ${name} does not keep the contract of an adapter.`, {
    remedy: 'See docs/adapters.md; run the suite of closeback/testing over it.',
    issues,
  })
}

const OPTIONAL = [
  ...['receive', 'readLine', 'reply', 'history', 'readItem', 'poll', 'pollEvery', 'describe', 'closed'],
  ...['closedTotals', 'install'],
]

/** What the port asks for and can be seen without calling anything. */
function contractProblems(adapter: unknown): Issue[] {
  if (typeof adapter !== 'object' || adapter === null) {
    return [{ path: 'default', message: 'the module exports no adapter as its default' }]
  }
  const has = (name: string): unknown => Reflect.get(adapter, name)
  const missing = (names: readonly string[], is: (value: unknown) => boolean, message: string): Issue[] =>
    names.filter((name) => !is(has(name))).map((path) => ({ path, message }))
  const isText = (value: unknown) => typeof value === 'string' && value !== ''
  const isFunction = (value: unknown) => typeof value === 'function'
  const isSchema = (value: unknown) => isFunction(Reflect.get(Object(value), 'safeParse'))
  const optional = OPTIONAL.filter((name) => has(name) !== undefined)
  return [
    ...missing(['id', 'title', 'leadEventSource'], isText, 'must be a text'),
    ...missing(['settings', 'secrets'], isSchema, 'must be a zod schema'),
    ...missing(['identityOptions', 'check', 'hydrate', ...optional], isFunction, 'must be a function'),
  ]
}
