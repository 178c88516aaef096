import { execFile } from 'node:child_process'
import { cp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { temporaryDirectory } from '../support/temporary.ts'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const PARTS = ['adapters', 'core', 'docs', 'fixtures', 'server', 'test']
const FILES = ['package.json', 'README.md', 'tsconfig.json', 'vitest.config.ts']
const LIMIT_MS = 300_000
const run = promisify(execFile)

/** One thing taken away that keeps a promise, and the test that must notice. */
export interface Mutation {
  /** What is missing. */
  without: string
  file: string
  /** Text that stands in the file, and what takes its place; the first occurrence after `after` where that is given. */
  from: string
  to: string
  after?: string
  test: string
}

export const MUTATIONS: readonly Mutation[] = [
  {
    without: 'the fsync of the ledger',
    file: 'core/ledger/sqlite-file.ts',
    from: 'synchronous = full',
    to: 'synchronous = off',
    test: 'test/ledger/sqlite.test.ts',
  },
  {
    without: 'the fsync of the workspace file',
    file: 'core/workspace/durable-file.ts',
    from: '            await opened.sync()\n',
    to: '',
    test: 'test/unit/workspace/durable-file.test.ts',
  },
  {
    without: 'the fsync of the directory',
    file: 'core/workspace/durable-file.ts',
    from: 'await closing(opened, () => opened.sync())',
    to: 'await closing(opened, async () => {})',
    test: 'test/unit/workspace/durable-file.test.ts',
  },
  {
    without: 'the commit before the answer',
    file: 'core/ledger/group-commit.ts',
    from: 'waiting.push({ row, resolve, reject })',
    to: `waiting.push({ row, resolve, reject }), resolve('received' as Result)`,
    test: 'test/faults/disk-full.test.ts',
  },
  {
    without: 'SKIP LOCKED',
    file: 'core/ledger/outbox.ts',
    from: 'due.forUpdate().skipLocked()',
    to: 'due.forUpdate()',
    test: 'test/faults/hosts-on-postgres.test.ts',
  },
  {
    without: 'any lock on what is claimed',
    file: 'core/ledger/outbox.ts',
    from: 'due.forUpdate().skipLocked()',
    to: 'due',
    test: 'test/faults/hosts-on-postgres.test.ts',
  },
  {
    without: 'the fence of the settle',
    file: 'core/ledger/outbox.ts',
    after: 'export async function settle(',
    from: `    .where('lease', '=', lease)\n`,
    to: '',
    test: 'test/faults/hosts-on-postgres.test.ts',
  },
  {
    without: 'the unique key of messages',
    file: 'core/ledger/migrations/0001-ledger.ts',
    after: 'create table inbox',
    from: ',\n      unique (source_id, key)',
    to: '',
    test: 'test/faults/same-webhook.test.ts',
  },
  {
    without: 'the unique key of stage changes',
    file: 'core/ledger/migrations/0001-ledger.ts',
    after: 'create table stage_changes',
    from: ',\n      unique (source_id, key)',
    to: '',
    test: 'test/ledger/sqlite.test.ts',
  },
  {
    without: 'the unique slot of deliveries',
    file: 'core/ledger/migrations/0001-ledger.ts',
    from: ',\n      unique (origin_id, connection_id, rule_id, milestone, occurrence)',
    to: '',
    test: 'test/faults/changed-settings.test.ts',
  },
  {
    without: 'the unique event id',
    file: 'core/ledger/migrations/0001-ledger.ts',
    from: 'create unique index deliveries_event',
    to: 'create index deliveries_event',
    test: 'test/faults/changed-settings.test.ts',
  },
  {
    without: 'the constant-time compare',
    file: 'adapters/webhook/verify.ts',
    from: 'timingSafeEqual(one, expected)',
    to: 'one.equals(expected)',
    test: 'test/unit/webhook/constant-time.test.ts',
  },
  {
    without: 'the raw body',
    file: 'server/routes/hooks.ts',
    from: 'inboundRequest(req, body,',
    to: 'inboundRequest(req, Buffer.from(JSON.stringify(JSON.parse(body.toString()))),',
    test: 'test/faults/same-webhook.test.ts',
  },
  {
    without: 'the replay window',
    file: 'adapters/webhook/verify.ts',
    from: 'const TOLERANCE_SECONDS = 5 * 60',
    to: 'const TOLERANCE_SECONDS = Number.MAX_SAFE_INTEGER',
    test: 'test/faults/same-webhook.test.ts',
  },
  {
    without: 'the 46 hours',
    file: 'core/ledger/outbox.ts',
    after: 'function unknownSince',
    from: 'case when ',
    to: 'case when 1 = 0 and ',
    test: 'test/faults/model.test.ts',
  },
  {
    without: 'the first unknown outcome, once there was a second',
    file: 'core/ledger/outbox.ts',
    after: 'function unknownSince',
    from: 'coalesce(first_unknown_at, began_at)',
    to: 'coalesce(began_at, first_unknown_at)',
    test: 'test/faults/model.test.ts',
  },
  {
    without: 'a lease taken back from a dead host',
    file: 'server/serve.ts',
    from: '      await freeDeadLeases(closeback)\n',
    to: '',
    test: 'test/faults/kills.test.ts',
  },
  {
    without: 'the wait for a batch in flight when stopping',
    file: 'server/serve.ts',
    from: 'jobs.stop()',
    to: 'null',
    test: 'test/faults/kills.test.ts',
  },
  {
    without: 'an end to waiting after a clock was set back',
    file: 'core/pipeline/push.ts',
    from: 'beyond: LONGEST_RETRY_MS }',
    to: 'beyond: Number.MAX_SAFE_INTEGER - now }',
    test: 'test/faults/clocks.test.ts',
  },
]

/** A copy of this tree that may be spoilt; `remove` deletes it. */
export async function copyTree(): Promise<{ path: string; remove: () => Promise<void> }> {
  const path = await temporaryDirectory()
  for (const part of [...PARTS, ...FILES]) {
    await cp(join(ROOT, part), join(path, basename(part)), { recursive: true })
  }
  await symlink(join(ROOT, 'node_modules'), join(path, 'node_modules'))
  return { path, remove: () => rm(path, { recursive: true, force: true }) }
}

/** Spoils the copy, runs the test there, puts it right again. */
export async function survives(tree: string, mutation: Mutation): Promise<boolean> {
  const file = join(tree, mutation.file)
  const text = await readFile(file, 'utf8')
  const start = mutation.after === undefined ? 0 : text.indexOf(mutation.after)
  const at = start < 0 ? -1 : text.indexOf(mutation.from, start)
  if (at < 0) throw new Error(`${mutation.file} has no "${mutation.from}" any more: write the mutation anew`)
  await writeFile(file, text.slice(0, at) + mutation.to + text.slice(at + mutation.from.length))
  try {
    return await passes(tree, mutation.test)
  } finally {
    await writeFile(file, text)
  }
}

/** Whether a test file passes in a tree. Throws when it could not be run at all. */
export async function passes(tree: string, test: string): Promise<boolean> {
  const report = join(tree, 'report.json')
  const args = ['run', test, '--bail=1', '--reporter=json', `--outputFile=${report}`]
  const env = { ...process.env, CLOSEBACK_LONG: '' }
  const said = await run(process.execPath, [join(tree, 'node_modules/vitest/vitest.mjs'), ...args], {
    cwd: tree,
    env,
    timeout: LIMIT_MS,
    maxBuffer: 1e8,
  }).catch((error: { stdout?: string; stderr?: string }) => error)
  const json = await readFile(report, 'utf8').catch(() => '{}')
  await rm(report, { force: true })
  const result = JSON.parse(json) as { numFailedTests?: number; numPassedTests?: number }
  const { numFailedTests = 0, numPassedTests = 0 } = result
  if (numFailedTests + numPassedTests === 0)
    throw new Error(`${test} could not be run: ${said.stdout}${said.stderr}`)
  return numFailedTests === 0
}
