import { Webhook } from 'standardwebhooks'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { DAY, HOUR, MINUTE } from '../../core/model/time.ts'
import type { JobHealth } from '../../core/pipeline/alerts/wrong-now.ts'
import { alertWatch } from '../../server/alerts/alert-watch.ts'
import { alertPost } from '../../server/alerts/post-alert.ts'
import type { Closeback } from '../../server/compose.ts'
import type { Pair } from '../support/pair.ts'
import { SIGNING_SECRET, settings, won } from '../support/samples.ts'
import { usePair } from '../support/use-pair.ts'
import { alertReceiver, type Posted } from './alert-receiver.ts'

const pairOf = usePair()
let chat: Awaited<ReturnType<typeof alertReceiver>>
beforeEach(async () => {
  chat = await alertReceiver()
})
afterEach(() => chat.close())

/** A pair whose alerts go to the chat, and one look for trouble as a host does it. */
async function watched(alerts: { silenceHours?: number } = {}) {
  const pair = await pairOf()
  pair.closeback.config.allowPrivateUrls = true
  const webhook = { url: chat.url, secret: { value: SIGNING_SECRET } }
  await pair.apply({ ...settings(), alerts: { webhook, ...alerts } })
  return { pair, look: lookOf(pair.closeback) }
}

function lookOf(
  closeback: Closeback,
  jobs: () => JobHealth[] = () => [],
  notTried: () => { connectionId: string; remedy: string }[] = () => [],
) {
  return alertWatch({
    closeback,
    host: () => ({ jobs: jobs(), notTried: notTried() }),
    post: () => alertPost(closeback),
  })
}

const told = (posted: Posted[]) => posted.map(({ message }) => [message.type, message.data.kind])
const logged = (pair: Pair) =>
  pair.log.filter(({ event }) => event.startsWith('alert_')).map(({ event }) => event)

async function refuseToken(pair: Pair) {
  pair.env.TIKTOK_EVENTS_TOKEN = 'expired'
  await pair.post([won('A-1')])
  await pair.cycle()
}

describe('an alert', () => {
  it('is told once, once a day while it lasts, and when it is over', async () => {
    const { pair, look } = await watched()
    await look()
    expect(chat.take()).toEqual([])
    await refuseToken(pair)
    const began = pair.clock.now()
    await look()
    const [raised] = chat.posted
    expect(told(chat.take())).toEqual([['alert.raised', 'token']])
    expect(raised?.message.data).toMatchObject({
      subject: 'us-brand',
      connectionId: 'us-brand',
      since: new Date(began).toISOString(),
      resolvedAt: null,
      remedy: expect.stringContaining('token'),
    })
    expect(raised?.message.text).toBe(
      `Closeback: ${raised?.message.data.what} Since 2026-11-20 12:00 UTC. ${raised?.message.data.remedy}`,
    )
    for (let hour = 1; hour < 24; hour++) {
      pair.clock.pass(HOUR)
      await look()
    }
    expect(chat.take()).toEqual([])
    pair.clock.pass(HOUR)
    await look()
    await look()
    expect(told(chat.take())).toEqual([['alert.repeated', 'token']])

    pair.env.TIKTOK_EVENTS_TOKEN = 'sandbox-token'
    await pair.cycle()
    await look()
    const [over] = chat.posted
    expect(told(chat.take())).toEqual([['alert.resolved', 'token']])
    expect(over?.message.data).toMatchObject({
      since: new Date(began).toISOString(),
      resolvedAt: new Date(pair.clock.now()).toISOString(),
    })
    pair.clock.pass(2 * DAY)
    await look()
    expect(chat.take()).toEqual([])
    expect(logged(pair)).toEqual(['alert_raised', 'alert_repeated', 'alert_resolved'])
  })

  it('is signed as Standard Webhooks says, with one id for all tries', async () => {
    const { pair, look } = await watched()
    await refuseToken(pair)
    chat.status = 500
    await look()
    chat.status = 200
    pair.clock.pass(MINUTE)
    await look()
    const [first, second] = chat.take()
    expect(first?.headers['webhook-id']).toBe(second?.headers['webhook-id'])
    vi.useFakeTimers({ now: pair.clock.now(), toFake: ['Date'] })
    try {
      const webhook = new Webhook(SIGNING_SECRET)
      const headers = second?.headers as Record<string, string>
      expect(webhook.verify(second?.body ?? '', headers)).toEqual(second?.message)
      expect(() => webhook.verify(`${second?.body} `, headers)).toThrow()
    } finally {
      vi.useRealTimers()
    }
  })

  it('waits longer after each try that is not taken, and goes to the log all the same', async () => {
    const { pair, look } = await watched()
    await refuseToken(pair)
    chat.status = 503
    const tries: number[] = []
    for (let minute = 0; minute <= 16; minute++) {
      await look()
      tries.push(...chat.take().map(() => minute))
      pair.clock.pass(MINUTE)
    }
    expect(tries).toEqual([0, 1, 3, 7, 15])
    expect(logged(pair)).toEqual(['alert_raised', ...tries.map(() => 'alert_not_sent')])
  })

  it('that nobody was sent is not taken back', async () => {
    const { pair, look } = await watched()
    await refuseToken(pair)
    chat.status = 503
    await look()
    chat.take()
    chat.status = 200
    pair.env.TIKTOK_EVENTS_TOKEN = 'sandbox-token'
    await pair.cycle()
    pair.clock.pass(HOUR)
    await look()
    expect(chat.take()).toEqual([])
    expect(logged(pair)).toContain('alert_resolved')
  })

  it('follows no redirect, and is not lost by one', async () => {
    const { pair, look } = await watched()
    await refuseToken(pair)
    chat.status = 302
    await look()
    expect(chat.take()).toHaveLength(1)
    chat.status = 200
    pair.clock.pass(MINUTE)
    await look()
    expect(chat.take()).toHaveLength(1)
  })

  it('survives a restart, and two hosts tell it once', async () => {
    const { pair, look } = await watched()
    await refuseToken(pair)
    const second = await pair.another()
    second.config.allowPrivateUrls = true
    await Promise.all([look(), lookOf(second)()])
    await look()
    expect(told(chat.take())).toEqual([['alert.raised', 'token']])
    await second.close()
    await pair.reopen()
    await lookOf(pair.closeback)()
    expect(chat.take()).toEqual([])
  })

  it('goes to the log alone without a webhook, and to the webhook once there is one', async () => {
    const pair = await pairOf()
    const look = lookOf(pair.closeback)
    await refuseToken(pair)
    await look()
    expect(logged(pair)).toEqual(['alert_raised'])
    pair.closeback.config.allowPrivateUrls = true
    await pair.apply({
      ...settings(),
      alerts: { webhook: { url: chat.url, secret: { value: SIGNING_SECRET } } },
    })
    await look()
    expect(told(chat.take())).toEqual([['alert.raised', 'token']])
  })

  it('names nobody: no identifier, value or name of a deal', async () => {
    const { pair, look } = await watched({ silenceHours: 1 })
    await refuseToken(pair)
    pair.clock.pass(2 * DAY)
    await look()
    const text =
      chat
        .take()
        .map(({ body }) => body)
        .join() + JSON.stringify(pair.log)
    expect(text).not.toMatch(/a-1@example|A-1|4200|expired"/)
  })
})

describe('what is told', () => {
  it('deliveries that are uncertain, with the oldest', async () => {
    const { pair, look } = await watched()
    await pair.post([won('U-1'), won('U-2')])
    await pair.cycle()
    const since = pair.clock.now() - 5 * HOUR
    await pair.closeback.ledger.db
      .updateTable('deliveries')
      .set({ state: 'uncertain', settled_at: since })
      .execute()
    await look()
    const [alert] = chat.take()
    expect(alert?.message.data).toMatchObject({
      kind: 'uncertain',
      what: '2 deliveries to us-brand may or may not have arrived.',
      since: new Date(since).toISOString(),
    })
    await pair.closeback.ledger.db.updateTable('deliveries').set({ state: 'accepted' }).execute()
  })

  it('what is on hold for more than a day, but not while a timer runs', async () => {
    const { pair, look } = await watched()
    await pair.post([won('H-1', { amount: '100.00', currency: 'BGN' }), won('H-2', { amount: null })])
    await pair.cycle()
    const held = (await pair.deliveries()).filter(({ state }) => state === 'held')
    expect(held.map(({ hold_reason }) => hold_reason).sort()).toEqual(['currency', 'no_amount'])
    await look()
    expect(chat.take()).toEqual([])
    pair.clock.pass(DAY + MINUTE)
    await look()
    const posted = chat.take()
    expect(told(posted)).toEqual([['alert.raised', 'held']])
    expect(posted[0]?.message.data.what).toBe('1 delivery to us-brand is on hold for more than a day.')
  })

  it('silence, after traffic, in the hours that the settings name', async () => {
    const { pair, look } = await watched({ silenceHours: 6 })
    pair.clock.pass(DAY)
    await look()
    expect(chat.take()).toEqual([])
    await pair.post([won('S-1')])
    await pair.cycle()
    pair.clock.pass(6 * HOUR)
    await look()
    expect(chat.take()).toEqual([])
    pair.clock.pass(MINUTE)
    await look()
    expect(told(chat.take())).toEqual([['alert.raised', 'silence']])
    await pair.post([won('S-2')])
    await pair.cycle()
    await look()
    expect(told(chat.take())).toEqual([['alert.resolved', 'silence']])
  })

  it('a job that does not succeed; over when nobody has seen it for ten minutes', async () => {
    const { pair } = await watched()
    let lastGoodAt = pair.clock.now()
    const look = lookOf(pair.closeback, () => [{ job: 'push', lastGoodAt, everyMs: 2 * MINUTE }])
    pair.clock.pass(10 * MINUTE)
    await look()
    expect(chat.take()).toEqual([])
    pair.clock.pass(MINUTE)
    await look()
    expect(told(chat.take())).toEqual([['alert.raised', 'job']])
    lastGoodAt = pair.clock.now()
    pair.clock.pass(2 * MINUTE)
    await look()
    expect(chat.take()).toEqual([])
    pair.clock.pass(8 * MINUTE)
    lastGoodAt = pair.clock.now()
    await look()
    expect(told(chat.take())).toEqual([['alert.resolved', 'job']])
  })

  it('a connection that could not even be tried', async () => {
    const { pair } = await watched()
    delete pair.env.TIKTOK_EVENTS_TOKEN
    await pair.post([won('N-1')])
    const { failed } = await pair.cycle()
    await lookOf(
      pair.closeback,
      () => [],
      () => failed,
    )()
    const [alert] = chat.take()
    expect(alert?.message.data).toMatchObject({
      kind: 'not_tried',
      subject: 'us-brand',
      remedy: expect.stringContaining('TIKTOK_EVENTS_TOKEN'),
    })
  })

  it('a wave of refusals, by connection, once ten of a day are refused', async () => {
    const { pair, look } = await watched()
    await pair.post(Array.from({ length: 40 }, (_, at) => won(`W-${at}`)))
    await pair.cycle()
    const refuse = async (count: number) => {
      const ids = (await pair.deliveries()).slice(0, count).map(({ id }) => id)
      await pair.closeback.ledger.db
        .updateTable('deliveries')
        .set({ state: 'rejected' })
        .where('id', 'in', ids)
        .execute()
    }
    await refuse(9)
    await look()
    expect(chat.take()).toEqual([])
    await refuse(10)
    await look()
    expect(told(chat.take())).toEqual([['alert.raised', 'rejected']])
    await pair.closeback.ledger.db.updateTable('deliveries').set({ state: 'accepted' }).execute()
  })

  it('a ledger that fails, at once after the second time, and when it is back', async () => {
    const { pair } = await watched()
    let broken = true
    const full = Object.assign(new Error('…'), { errstr: 'database or disk is full' })
    const pipeline = {
      ...pair.closeback.pipeline,
      settings: () => (broken ? Promise.reject(full) : pair.closeback.pipeline.settings()),
    }
    const look = lookOf({ ...pair.closeback, pipeline })
    await expect(look()).rejects.toBe(full)
    expect(chat.take()).toEqual([])
    await expect(look()).rejects.toBe(full)
    await expect(look()).rejects.toBe(full)
    const posted = chat.take()
    expect(told(posted)).toEqual([['alert.raised', 'ledger']])
    expect(posted[0]?.message.text).toContain('database or disk is full')
    pair.clock.pass(DAY)
    await expect(look()).rejects.toBe(full)
    expect(told(chat.take())).toEqual([['alert.repeated', 'ledger']])
    broken = false
    await look()
    expect(told(chat.take())).toEqual([['alert.resolved', 'ledger']])
  })
})

describe('the settings of the webhook', () => {
  it.each(['http://hooks.example.com/x', 'https://127.0.0.1/x', 'https://[::ffff:169.254.169.254]/x'])(
    'refuse %s by its path, unless private addresses are allowed',
    async (url) => {
      const pair = await pairOf()
      const alerts = { webhook: { url, secret: { env: 'ALERT_SECRET' } } }
      await expect(pair.apply({ ...settings(), alerts })).rejects.toMatchObject({
        code: 'invalid',
        issues: [
          { path: 'alerts.webhook.url', remedy: expect.stringContaining('CLOSEBACK_ALLOW_PRIVATE_URLS') },
        ],
      })
      pair.closeback.config.allowPrivateUrls = true
      await pair.apply({ ...settings(), alerts })
    },
  )

  it('seal its secret, keep it, change it and forget it', async () => {
    const pair = await pairOf()
    pair.closeback.config.allowPrivateUrls = true
    const withSecret = (secret: object) =>
      pair.closeback.apply(
        JSON.stringify({ ...settings(), alerts: { webhook: { url: chat.url, secret } } }),
        'closeback.json',
        { actor: 'cli', prune: true, dryRun: false },
      )
    const { changes } = await withSecret({ value: SIGNING_SECRET })
    expect(changes).toEqual([{ action: 'create', kind: 'alerts', id: 'alerts', fields: [] }])
    expect(pair.closeback.store.current.workspace.alerts?.webhook?.secret).toEqual({ sealed: true })
    expect((await withSecret({ sealed: true })).changes).toEqual([])
    const other = `whsec_${Buffer.alloc(24, 9).toString('base64')}`
    expect((await withSecret({ value: other })).changes).toMatchObject([
      { action: 'update', fields: [{ path: 'webhook.secret', to: 'secret changed' }] },
    ])
    await pair.apply(settings(), { prune: true })
    expect(pair.closeback.store.current.workspace.alerts).toBeUndefined()
    const sealed = await pair.closeback.ledger.db.selectFrom('sealed_secrets').select('place').execute()
    expect(sealed.map(({ place }) => place)).not.toContain('alerts/webhook/secret')
  })
})
