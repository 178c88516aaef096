import { describe, expect, it } from 'vitest'
import { claimDailyJob, finishDailyJob } from '../../core/ledger/daily-jobs.ts'
import { DAY, HOUR } from '../../core/model/time.ts'
import { requeue } from '../../core/pipeline/decide.ts'
import { retain, retainDaily } from '../../core/pipeline/retention.ts'
import type { Pair } from '../support/pair.ts'
import { usePostgres } from '../support/postgres.ts'
import { settings, won } from '../support/samples.ts'
import { usePair } from '../support/use-pair.ts'

const postgres = usePostgres()
const pairOf = usePair()

const contents = async ({ closeback }: Pair) =>
  closeback.ledger.db.selectFrom('inbox').select(['key', 'content', 'identity']).orderBy('id').execute()

describe.each(['sqlite', 'postgres'] as const)('retention on %s', (engine) => {
  const start = async (retention?: { payloadDays: number }) =>
    pairOf({
      settings: settings(retention && { retention }),
      ...(engine === 'postgres' ? { database: await postgres.emptyLedger() } : {}),
    })

  it('empties what is final and older than the settings say, and keeps keys, states and amounts', async () => {
    const pair = await start({ payloadDays: 10 })
    await pair.post([won('D-1'), won('H-1', { amount: null, currency: null })])
    await pair.post([won('D-1', { amount: '1.00' })])
    await pair.cycle()
    const before = await pair.deliveries()
    pair.clock.pass(9 * DAY)
    expect((await retain(pair.closeback.pipeline)).purged).toEqual({ deliveries: 0, inbox: 0, conflicts: 0 })
    await pair.post([won('D-2', { occurredAt: new Date(pair.clock.now() - HOUR).toISOString() })])
    await pair.cycle()
    pair.clock.pass(2 * DAY)
    const planned = await retain(pair.closeback.pipeline, { dryRun: true })
    expect(planned).toMatchObject({ dryRun: true, purged: { deliveries: 1, inbox: 2, conflicts: 1 } })
    expect((await contents(pair))[0]?.content).not.toBe('{}')

    const { purged } = await retain(pair.closeback.pipeline)
    expect(purged).toEqual(planned.purged)
    const after = await pair.deliveries()
    expect(after[0]).toEqual({ ...before[0], payload: '' })
    expect(after.at(-1)?.payload).toContain('Purchase')
    expect(
      (await contents(pair)).map(({ content, identity }) => [content === '{}', identity === null]),
    ).toEqual([
      [true, true],
      [true, true],
      [false, false],
    ])
    expect((await retain(pair.closeback.pipeline)).purged).toEqual({ deliveries: 0, inbox: 0, conflicts: 0 })
    // What was said then is still known to have been said.
    expect(await pair.post([won('D-1'), won('D-1', { amount: '7.00' })])).toMatchObject({
      duplicates: 1,
      conflicts: 1,
    })
    const [decision] = await requeue(pair.closeback.pipeline, [1], { mayDouble: true, actor: 'cli' })
    expect(decision).toMatchObject({ changed: false })
  })

  it('keeps what a person may still have to send, and 180 days without a setting', async () => {
    const pair = await start()
    pair.intercept = async (send) => {
      await send()
      throw new TypeError('terminated', { cause: Object.assign(new Error(), { code: 'ECONNRESET' }) })
    }
    await pair.post([won('U-1')])
    await pair.cycle()
    pair.intercept = null
    pair.clock.pass(3 * DAY)
    await pair.cycle()
    expect((await pair.deliveries()).map((row) => row.state)).toEqual(['uncertain'])
    pair.clock.pass(176 * DAY)
    expect((await retain(pair.closeback.pipeline)).purged.inbox).toBe(0)
    pair.clock.pass(2 * DAY)
    expect((await retain(pair.closeback.pipeline)).purged).toEqual({ deliveries: 0, inbox: 1, conflicts: 0 })
    expect((await pair.deliveries())[0]?.payload).toContain('Purchase')
  })

  it('goes over a range in batches, and stops when it is told to', async () => {
    const pair = await start({ payloadDays: 1 })
    await pair.post(Array.from({ length: 500 }, (_, n) => won(`D-${n}`)))
    await pair.cycle()
    pair.clock.pass(2 * DAY)
    let asked = 0
    const mayContinue = () => asked++ < 3
    const first = await retain(pair.closeback.pipeline, { mayContinue })
    expect(first.purged).toEqual({ deliveries: 400, inbox: 0, conflicts: 0 })
    expect((await retain(pair.closeback.pipeline)).purged).toEqual({
      deliveries: 100,
      inbox: 500,
      conflicts: 0,
    })
  })

  it('runs once a day among all hosts, and again when a host died over it', async () => {
    const pair = await start()
    const other = await pair.another()
    const both = []
    for (const { pipeline } of [pair.closeback, other]) both.push(await retainDaily(pipeline, () => true))
    expect(both.filter((report) => report !== null).length).toBe(1)
    pair.clock.pass(2 * HOUR)
    expect(await retainDaily(other.pipeline, () => true)).toBeNull()
    const job = { job: 'test', connectionId: '', day: '2026-11-20' }
    const { ledger } = pair.closeback
    expect(await claimDailyJob(ledger, job)).toBe(true)
    expect(await claimDailyJob(ledger, job)).toBe(false)
    pair.clock.pass(HOUR + 1)
    expect(await claimDailyJob(ledger, job)).toBe(true)
    await finishDailyJob(ledger, job)
    pair.clock.pass(2 * HOUR)
    expect(await claimDailyJob(ledger, job)).toBe(false)
  })
})
