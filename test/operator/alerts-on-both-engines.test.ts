import { afterEach, beforeEach, expect, it } from 'vitest'
import { DAY, MINUTE } from '../../core/model/time.ts'
import { alertWatch } from '../../server/alerts/alert-watch.ts'
import { alertPost } from '../../server/alerts/post-alert.ts'
import type { Closeback } from '../../server/compose.ts'
import { ledgerCounts } from '../../server/metrics/ledger-counts.ts'
import { onBothEngines } from '../support/engines.ts'
import { SIGNING_SECRET, settings, won } from '../support/samples.ts'
import { alertReceiver } from './alert-receiver.ts'

let chat: Awaited<ReturnType<typeof alertReceiver>>
beforeEach(async () => {
  chat = await alertReceiver()
})
afterEach(() => chat.close())

function lookOf(closeback: Closeback) {
  closeback.config.allowPrivateUrls = true
  return alertWatch({
    closeback,
    host: () => ({ jobs: [], notTried: [] }),
    post: () => alertPost(closeback),
  })
}

onBothEngines('alerts of two hosts', (pairOf) => {
  it('are told once, repeated once and taken back once', async () => {
    const pair = await pairOf()
    const second = await pair.another()
    const looks = [lookOf(pair.closeback), lookOf(second)]
    const lookTogether = () => Promise.all(looks.map((look) => look()))
    const said = () => chat.take().map(({ message }) => `${message.type} ${message.data.kind}`)
    const webhook = { url: chat.url, secret: { value: SIGNING_SECRET } }
    await pair.apply({ ...settings(), alerts: { webhook, silenceHours: 24 } })
    await second.store.refresh()

    await lookTogether()
    expect(said()).toEqual([])
    pair.env.TIKTOK_EVENTS_TOKEN = 'expired'
    await pair.post([won('A-1'), won('A-2', { amount: '100.00', currency: 'BGN' })])
    await pair.cycle()
    await lookTogether()
    expect(said()).toEqual(['alert.raised token'])
    const counts = await ledgerCounts(pair.closeback)()
    expect(counts?.outbox).toContainEqual({ connectionId: 'us-brand', state: 'waiting', count: 1 })
    expect(counts?.outbox).toContainEqual({ connectionId: 'us-brand', state: 'held', count: 1 })
    expect([counts?.parked.get('us-brand'), counts?.alerts.get('token')]).toEqual([1, 1])

    pair.clock.pass(DAY + MINUTE)
    await lookTogether()
    expect(said().sort()).toEqual(['alert.raised held', 'alert.raised silence', 'alert.repeated token'])
    pair.env.TIKTOK_EVENTS_TOKEN = 'sandbox-token'
    await pair.post([won('A-3')])
    await pair.cycle()
    await lookTogether()
    expect(said().sort()).toEqual(['alert.resolved silence', 'alert.resolved token'])
  })
})
