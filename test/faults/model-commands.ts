import { dirname, join } from 'node:path'
import fc from 'fast-check'
import { sql } from 'kysely'
import { expect } from 'vitest'
import { DAY, HOUR, MINUTE } from '../../core/model/time.ts'
import { pushClock } from '../../core/pipeline/clock.ts'
import { requeue, resolve, resume } from '../../core/pipeline/decide.ts'
import { erase } from '../../core/pipeline/erase.ts'
import type { FaultInput } from '../../fixtures/sandbox/faults.ts'
import { readConfig } from '../../server/config.ts'
import { backUp } from '../../server/operator/backup.ts'
import { restore } from '../../server/operator/restore.ts'
import type { Pair } from '../support/pair.ts'
import { type Item, won } from '../support/samples.ts'
import { temporaryDirectory } from '../support/temporary.ts'
import * as model from './model.ts'

/** A real Closeback with a real ledger, and what was posted to it. */
export interface Real {
  pair: Pair
  posted: { item: Item; record: string }[]
  /** Milliseconds that passed, which no step of a clock touches. */
  passed: number
  /** Directories to take away in the end. */
  directories: string[]
  /** How far the host's clock is off, at most a day. */
  offset: number
  /** What follows is left to the checker: a clock was off, a person was forgotten, or a backup put back. */
  beyondModel: boolean
  /** Where the last backup is, and how much was acknowledged by then. */
  backup: { directory: string; acknowledged: number } | null
}

type Command = fc.AsyncCommand<model.Model, Real>

/** Gives the host, or the one after it, the test's clocks: the monotonic one, and that of the database, where leases end. */
export function giveClock(real: Real) {
  const { pipeline, ledger } = real.pair.closeback
  pipeline.clock = pushClock(ledger, () => real.passed)
  ledger.leaseClock = () => sql<number>`cast(${real.pair.clock.now()} as bigint)`
}

/** Holds the ledger and TikTok against the model. */
async function compare({ byRecord, now }: model.Model, real: Real) {
  if (real.beyondModel) return
  expect(real.pair.clock.now()).toBe(now)
  const rows = await real.pair.closeback.ledger.db
    .selectFrom('deliveries')
    .innerJoin('deals', 'deals.id', 'deliveries.deal_id')
    .select(['record_id', 'state', 'first_unknown_at', 'send_until', 'event_id'])
    .execute()
  const counted = real.pair.counted()
  const actual = rows.map((row) => [
    row.record_id,
    {
      state: row.state,
      since: row.first_unknown_at,
      until: row.send_until,
      counted: counted.get(row.event_id) ?? 0,
    },
  ])
  const expected = [...byRecord].map(([record, { state, since, until, counted }]) => [
    record,
    { state, since, until, counted },
  ])
  expect(Object.fromEntries(actual)).toEqual(Object.fromEntries(expected))
}

function command(text: string, act: (model: model.Model, real: Real) => Promise<void>): Command {
  return {
    check: () => true,
    async run(before, real) {
      await act(before, real)
      await compare(before, real)
    },
    toString: () => text,
  }
}

const receive = (record: string) =>
  command(`receive ${record}`, async (m, real) => {
    const occurredAt = real.pair.clock.now() - HOUR
    const id = `evt-${real.posted.length}`
    const item = won(record, { id, occurredAt: new Date(occurredAt).toISOString() })
    const report = await real.pair.post([item])
    expect(report.results).toMatchObject([{ status: 'received' }])
    real.posted.push({ item, record })
    m.unread.push({ record, occurredAt })
  })

const repeat = (at: number, changed: boolean) =>
  command(`repeat ${at}${changed ? ' with another amount' : ''}`, async (_, real) => {
    const said = real.posted[at % Math.max(1, real.posted.length)]
    // After a clock was set back a message may come from a future that is refused.
    if (!said || Date.parse(String(said.item.occurredAt)) > real.pair.clock.now()) return
    const item = changed ? { ...said.item, amount: '1.00' } : said.item
    const report = await real.pair.post([item])
    // A backup that was put back may have forgotten the message, and an erased person's looks the same whatever it says.
    if (real.beyondModel) return
    expect(report.results).toMatchObject([{ status: changed ? 'conflict' : 'duplicate' }])
  })

const TRACK = { path: '/event/track/' }
const FAULTS: Record<Exclude<model.Answer, 'ok' | 'poison'>, FaultInput> = {
  later: { kind: 'envelope', code: 40100, match: TRACK },
  lost: { kind: 'reset', match: TRACK },
  kept: { kind: 'accept_then_reset', match: TRACK },
}

const push = (answer: model.Answer, record: string) =>
  command(`push ${answer}${answer === 'poison' ? ` ${record}` : ''}`, async (m, real) => {
    const { faults } = real.pair.sandbox.state
    const row = await rowOf(real, record)
    const poisoned = answer === 'poison' && row ? record : null
    if (answer === 'poison') {
      if (row) faults.set([{ kind: 'poison', eventIds: [row.event_id], times: 'forever' }])
    } else if (answer !== 'ok') faults.set([FAULTS[answer]])
    await real.pair.cycle({ now: true })
    faults.clear()
    model.push(m, answer, poisoned)
  })

const crash = (when: 'before' | 'after') =>
  command(`crash ${when} the request`, async (m, real) => {
    const { pair } = real
    pair.intercept = async (send, body) => {
      if (body === '') return send()
      if (when === 'after') await send()
      await pair.closeback.close()
      throw new Error('the host is dead')
    }
    await pair.cycle({ now: true }).catch(() => {})
    pair.intercept = null
    await pair.reopen()
    giveClock(real)
    model.crash(m, when)
  })

const restart = () =>
  command('restart', async (_, real) => {
    await real.pair.reopen()
    giveClock(real)
  })

const pass = (ms: number) =>
  command(`${ms / MINUTE} minutes pass`, async (m, real) => {
    real.pair.clock.pass(ms)
    real.passed += ms
    m.now += ms
  })

const step = (ms: number) =>
  command(`the clock steps by ${ms / HOUR} hours`, async (_, real) => {
    if (Math.abs(real.offset + ms) > DAY) return
    real.beyondModel = true
    real.offset += ms
    real.pair.clock.step(ms)
  })

async function rowOf(real: Real, record: string) {
  return real.pair.closeback.ledger.db
    .selectFrom('deliveries')
    .innerJoin('deals', 'deals.id', 'deliveries.deal_id')
    .select(['deliveries.id', 'event_id'])
    .where('record_id', '=', record)
    .executeTakeFirst()
}

const decide = (what: 'send again' | 'send again, may double' | 'accepted' | 'drop', record: string) =>
  command(`${what}: ${record}`, async (m, real) => {
    const row = await rowOf(real, record)
    if (!row) return
    const { pipeline } = real.pair.closeback
    const [decision] =
      what === 'accepted' || what === 'drop'
        ? await resolve(pipeline, [row.id], { to: what, actor: 'cli' })
        : await requeue(pipeline, [row.id], { mayDouble: what !== 'send again', actor: 'cli' })
    const each = m.byRecord.get(record)
    if (real.beyondModel || !each) return
    const expected =
      what === 'accepted' || what === 'drop'
        ? model.resolve(each, what)
        : model.requeue(m, each, what !== 'send again')
    expect(decision?.changed).toBe(expected)
  })

const forget = (record: string) =>
  command(`forget the person of ${record}`, async (_, real) => {
    real.beyondModel = true
    const person = { emails: [`${record.toLowerCase()}@example.com`], phones: [], externalIds: [] }
    await erase(real.pair.closeback.pipeline, person, 'cli')
  })

const takeBackup = () =>
  command('back up', async (_, real) => {
    const { env, clock, acknowledged } = real.pair
    const directory = join(await temporaryDirectory(), 'backup')
    real.directories.push(dirname(directory))
    await backUp(readConfig(env), directory, clock.now)
    real.backup = { directory, acknowledged: acknowledged.length }
  })

/** Into a new data directory, by a person who then lets it send. What was acknowledged since the backup is gone with the old one. */
const putBack = () =>
  command('restore', async (_, real) => {
    if (real.backup === null) return
    real.beyondModel = true
    const { pair, backup } = real
    await pair.closeback.close()
    const home = await temporaryDirectory()
    real.directories.push(home)
    pair.env.CLOSEBACK_HOME = home
    await restore(readConfig(pair.env), backup.directory, { now: pair.clock.now, actor: 'cli' })
    await pair.reopen()
    giveClock(real)
    await resume(pair.closeback.pipeline, null, 'cli')
    pair.acknowledged.length = backup.acknowledged
    // What TikTok counted stays: an id that comes again must not be counted again.
    pair.sandbox.state.requests.clear()
  })

const record = fc.constantFrom('D-1', 'D-2', 'D-3', 'D-4')

/** What else a run may hold: clocks that are set wrong, persons to forget, backups put back. */
export interface Beyond {
  steps?: boolean
  forget?: boolean
  restore?: boolean
}

/** Runs of commands. */
export function commands({ steps = false, forget: forgets = false, restore: restores = false }: Beyond) {
  const answers = fc.constantFrom<model.Answer[]>('ok', 'later', 'lost', 'kept', 'poison')
  const decisions = fc.constantFrom(
    'send again' as const,
    'send again, may double' as const,
    'accepted' as const,
    'drop' as const,
  )
  return fc.commands(
    [
      record.map(receive),
      record.map(receive),
      fc.tuple(fc.nat(20), fc.boolean()).map(([at, changed]) => repeat(at, changed)),
      fc.tuple(answers, record).map(([answer, each]) => push(answer, each)),
      fc.tuple(answers, record).map(([answer, each]) => push(answer, each)),
      fc.constantFrom('before' as const, 'after' as const).map(crash),
      fc.constant(null).map(restart),
      fc.constantFrom(MINUTE, 2 * MINUTE, HOUR, 20 * HOUR, 47 * HOUR, 200 * HOUR).map(pass),
      fc.tuple(decisions, record).map(([what, each]) => decide(what, each)),
      ...(forgets ? [record.map(forget)] : []),
      ...(restores ? [fc.constant(null).map(takeBackup), fc.constant(null).map(putBack)] : []),
      ...(steps ? [fc.constantFrom(-DAY, -HOUR, HOUR, DAY).map(step)] : []),
    ],
    { maxCommands: 20, size: 'max' },
  )
}
