import { afterEach, describe, expect, it, vi } from 'vitest'
import { hydrate } from '../../../core/pipeline/hydrate.ts'
import { createListeners, type Listeners } from '../../../core/pipeline/listen.ts'
import type { SalesforceSandbox } from '../../../fixtures/sandbox/salesforce/index.ts'
import { type Rig, useRig, workspace } from './rig.ts'

const MINUTE = 60_000
const settings = { changeDataCapture: true }
const start = useRig()
const ends: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const end of ends.splice(0)) await end()
})

const until = <T>(condition: () => T | Promise<T>) => vi.waitFor(condition, { timeout: 15_000, interval: 20 })

interface Subscribers {
  subscribers: { client: string; channels: string[] }[]
}

async function subscribers({ url }: SalesforceSandbox, how: RequestInit = {}): Promise<string[]> {
  const answer = await fetch(`${url}/_sandbox/subscribers`, how)
  if (how.method === 'DELETE') return []
  const { subscribers: all } = (await answer.json()) as Subscribers
  return all.flatMap(({ client, channels }) => (channels.length === 2 ? [client] : []))
}

/** The client that subscribed to both channels and is none of those before. */
const subscribed = (org: SalesforceSandbox, before: readonly string[] = []) =>
  until(async () => {
    const [client] = (await subscribers(org)).filter((each) => !before.includes(each))
    if (client === undefined) throw new Error('nobody subscribed')
    return client
  })

/** Listens as a host does, with settings that no workspace may have; resolves when the org knows both subscriptions. */
async function listening({ org, pair }: Rig, other: object = {}): Promise<Listeners> {
  const { pipeline } = pair.closeback
  const adapterContext: typeof pipeline.adapterContext = (active) => {
    const ctx = pipeline.adapterContext(active)
    return { ...ctx, settings: { ...(ctx.settings as object), ...other } }
  }
  const listeners = createListeners({ ...pipeline, adapterContext }, () => void hydrate(pipeline))
  ends.push(listeners.stop)
  await listeners.look()
  await subscribed(org)
  return listeners
}

const stagesOf = async ({ changes }: Rig, id: string) =>
  (await changes()).filter(({ record }) => record === id).map(({ stage }) => stage)

const isWon = (rig: Rig, id: string) =>
  until(async () => expect(await stagesOf(rig, id)).toContain('Closed Won'))

describe('change data capture', { timeout: 60_000 }, () => {
  it('makes a Purchase of a deal that is won, without a poll or a message', async () => {
    const rig = await start({ settings })
    const { org, pair, deal, pass } = rig
    const id = deal()
    pass(MINUTE)
    await listening(rig)
    org.state.user.update('Opportunity', id, { StageName: 'Closed Won' })
    await isWon(rig, id)
    await pair.cycle()
    expect(pair.sandbox.state.events.all().map(({ event }) => event)).toEqual(['Purchase'])
    expect(await pair.closeback.ledger.db.selectFrom('polls').selectAll().execute()).toEqual([])
  })

  it('goes on after a restart where it stopped, with what happened meanwhile', async () => {
    const rig = await start({ settings })
    const { org, deal, pass } = rig
    const [first, second] = [deal(), deal()]
    pass(MINUTE)
    const before = await listening(rig)
    org.state.user.update('Opportunity', first, { StageName: 'Closed Won' })
    await isWon(rig, first)
    await before.stop()
    expect(await subscribers(org)).toEqual([])
    org.state.user.update('Opportunity', second, { StageName: 'Closed Won' })
    await rig.pair.reopen()
    await listening(rig)
    await isWon(rig, second)
  })

  it('reads a record again that a gap event names', async () => {
    const rig = await start({ settings })
    const { org, deal, pass } = rig
    const id = deal()
    pass(MINUTE)
    await listening(rig)
    org.state.switches.set({ 'cdc.events': 'gaps' })
    org.state.user.update('Opportunity', id, { StageName: 'Closed Won' })
    await isWon(rig, id)
  })

  it('logs in again when its session ended, and misses nothing', async () => {
    const rig = await start({ settings })
    const { org, deal, pass } = rig
    const [first, second] = [deal(), deal()]
    pass(MINUTE)
    await listening(rig)
    org.state.user.update('Opportunity', first, { StageName: 'Closed Won' })
    await isWon(rig, first)
    const client = await subscribed(org)
    org.state.sessions.expireAll()
    // The org tells with the next answer that it sends.
    org.state.user.update('Opportunity', second, { StageName: 'Closed Won' })
    await isWon(rig, second)
    await subscribed(org, [client])
  })

  it('subscribes anew when the org forgot its client, from the last event on', async () => {
    const rig = await start({ settings })
    const { org, deal, pass } = rig
    const [first, second] = [deal(), deal()]
    pass(MINUTE)
    await listening(rig)
    org.state.user.update('Opportunity', first, { StageName: 'Closed Won' })
    await isWon(rig, first)
    const client = await subscribed(org)
    await subscribers(org, { method: 'DELETE' })
    org.state.user.update('Opportunity', second, { StageName: 'Closed Won' })
    await subscribed(org, [client])
    await isWon(rig, second)
  })

  it('begins with new events where the last one is too old, and leaves the rest to the poll', async () => {
    const rig = await start({ settings })
    const { org, deal, pass } = rig
    const [first, second] = [deal(), deal()]
    pass(MINUTE)
    const before = await listening(rig)
    org.state.user.update('Opportunity', first, { StageName: 'Closed Won' })
    await isWon(rig, first)
    await before.stop()
    pass(4 * 24 * 60 * MINUTE)
    deal()
    deal()
    await listening(rig)
    org.state.user.update('Opportunity', second, { StageName: 'Closed Won' })
    await isWon(rig, second)
  })

  it('notices a subscription that is dead without a word, and is told what it missed', async () => {
    const rig = await start({ settings })
    const { org, deal, pass } = rig
    const [first, second] = [deal(), deal()]
    pass(MINUTE)
    const before = await listening(rig)
    org.state.user.update('Opportunity', first, { StageName: 'Closed Won' })
    await isWon(rig, first)
    await before.stop()
    org.state.switches.set({ 'cdc.events': 'undelivered' })
    await listening(rig, { changeSilenceMinutes: 2 / 60 })
    org.state.user.update('Opportunity', second, { StageName: 'Closed Won' })
    await isWon(rig, second)
  })

  it('begins and ends with its setting, and one host at a time listens', async () => {
    const rig = await start()
    const { org, pair } = rig
    const { pipeline } = pair.closeback
    const listeners = createListeners(pipeline, () => {})
    ends.push(listeners.stop)
    await listeners.look()
    expect(await subscribers(org)).toEqual([])
    await pair.apply(workspace(settings))
    await listeners.look()
    const client = await subscribed(org)
    const other = createListeners((await pair.another()).pipeline, () => {})
    ends.push(other.stop)
    await other.look()
    expect(await subscribers(org)).toEqual([client])
    await pair.apply(workspace())
    await listeners.look()
    expect(await subscribers(org)).toEqual([])
  })
})
