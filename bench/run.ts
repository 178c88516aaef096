import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { parseArgs } from 'node:util'
import { pinned } from './pinned.ts'
import { HEAD, type Measured, rowText } from './row.ts'

const NAMES = [
  'event',
  'webhooks',
  'arrays',
  'stream',
  'hydrate',
  'push',
  'memory',
  'beside',
  'markov',
  'report',
  'salesforce',
  'hubspot',
  'backfill',
  'insights',
  'capture',
] as const
/** Only when they are named: each fills a ledger of a million first. */
const NAMED = ['console', 'console-postgres'] as const
/** Against a hang: a machine that is shared takes its time, and most of these figures do not depend on it. */
const LIMIT_MS = 600_000

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { quick: { type: 'boolean', default: false }, help: { type: 'boolean', default: false } },
})
const unknown = positionals.filter((name) => !([...NAMES, ...NAMED] as readonly string[]).includes(name))
if (values.help || unknown.length > 0) {
  if (unknown.length > 0) console.error(`Unknown: ${unknown.join(', ')}`)
  console.error(`Usage: npm run bench -- [--quick] [${[...NAMES, ...NAMED].join('] [')}]`)
  process.exitCode = unknown.length > 0 ? 2 : 0
} else await main(positionals.length > 0 ? positionals : NAMES)

/** One process a bench, so that none inherits another's heap; one after the other, so that none disturbs another. */
async function main(names: readonly string[]): Promise<void> {
  const measured: Measured = { rows: [], notes: [] }
  console.log(HEAD)
  for (const name of names) {
    const { rows, notes } = await measure(name)
    for (const row of rows) console.log(rowText(row))
    measured.rows.push(...rows)
    measured.notes.push(...notes)
  }
  if (pinned('server') === null)
    measured.notes.push('taskset is not there: nothing is pinned, and the load generator shares the core.')
  for (const note of measured.notes) console.log(`- ${note}`)
  if (measured.rows.some((row) => row.met === false)) process.exitCode = 1
}

async function measure(name: string): Promise<Measured> {
  const file = new URL('./one.ts', import.meta.url).pathname
  const node = [process.execPath, '--no-warnings', file, name, ...(values.quick ? ['--quick'] : [])]
  const [command = '', ...args] = pinned('server') === null ? node : [...(pinned('server') ?? []), ...node]
  const child = spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  const late = setTimeout(() => child.kill(), LIMIT_MS)
  const answer = await Promise.race([once(child, 'message'), failed(child)])
  clearTimeout(late)
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  return answer === null
    ? { rows: [], notes: [`${name} failed or took longer than ${LIMIT_MS / 1000} s.`] }
    : (answer[0] as Measured)
}

async function failed(child: ChildProcess): Promise<null> {
  await once(child, 'exit')
  return null
}
