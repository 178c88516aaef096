import { afterEach, beforeEach, expect, it } from 'vitest'
import { listRuns, runById } from '../../../core/ledger/runs.ts'
import { ClosebackError } from '../../../core/model/errors.ts'
import { createRuns, type Runs } from '../../../server/runs.ts'
import type { OpenedLedger } from '../../conformance/ledger-harness.ts'
import { openSqliteLedger } from '../../support/open-ledger.ts'

const START = Date.UTC(2026, 10, 20)
const MINUTE = 60_000
const SILENT = { debug() {}, info() {}, warn() {}, error() {} }
const RUN = { kind: 'backfill', sourceId: 'shop-crm', asked: { write: true }, actor: 'ada' } as const

let now = START
let opened: OpenedLedger
let runs: Runs
beforeEach(async () => {
  now = START
  opened = await openSqliteLedger(() => now)
  runs = createRuns({ ledger: opened.ledger, log: SILENT })
})
afterEach(() => opened.close())

const told = (id: number) => runById(opened.ledger.db, id, now)

it('tells what came of the work, and that there is only one of a kind at a source', async () => {
  const { promise, resolve } = Promise.withResolvers<object>()
  const id = await runs.begin(RUN, (tell) => {
    tell({ count: 5, total: 10 })
    return promise
  })
  expect(await told(id)).toMatchObject({ state: 'running', actor: 'ada', asked: { write: true } })
  await expect(runs.begin(RUN, async () => ({}))).rejects.toMatchObject({ code: 'conflict' })
  // Another kind, or another source, is another matter.
  await runs.begin({ ...RUN, kind: 'install' }, async () => ({}))
  await runs.begin({ ...RUN, sourceId: 'hs' }, async () => ({}))
  resolve({ made: 3 })
  await runs.settled()
  expect(await told(id)).toMatchObject({ state: 'done', count: 5, total: 10, result: { made: 3 } })
  const next = await runs.begin(RUN, async () => ({}))
  const listed = await listRuns(opened.ledger.db, { sourceId: 'shop-crm', limit: 2 }, now)
  expect(listed.map((run) => run.id)).toEqual([next, id + 1])
  await runs.settled()
})

it('says why it failed and what to do, and nothing that other code says', async () => {
  const refused = await runs.begin(RUN, async () => {
    throw new ClosebackError('unavailable', 'It was stopped before the end.', { remedy: 'Run it again.' })
  })
  await runs.settled()
  expect(await told(refused)).toMatchObject({
    state: 'failed',
    problem: 'It was stopped before the end. Run it again.',
  })
  const broken = await runs.begin(RUN, async () => {
    throw new Error('connect as ada@example.com')
  })
  await runs.settled()
  expect((await told(broken))?.problem).toBe('unexpected Error')
})

it('calls what a dead host left behind gone, and lets it be begun again', async () => {
  const { promise, resolve } = Promise.withResolvers<object>()
  const id = await runs.begin(RUN, () => promise)
  now += 2 * MINUTE
  expect(await told(id)).toMatchObject({ state: 'gone' })
  const again = await runs.begin(RUN, async () => ({}))
  expect(again).not.toBe(id)
  resolve({})
  await runs.settled()
})
