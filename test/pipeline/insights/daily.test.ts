import { expect, it } from 'vitest'
import { DAY, HOUR } from '../../../core/model/time.ts'
import { lookForTrouble } from '../../../core/pipeline/alerts/look.ts'
import { pullDaily, pullNow } from '../../../core/pipeline/insights/daily.ts'
import { ONE_AD } from '../../support/ad-samples.ts'
import { onBothEngines } from '../../support/engines.ts'
import { connection, settings } from '../../support/samples.ts'

const BEFORE_FIVE = Date.parse('2026-11-20T04:59:00Z')

onBothEngines('the daily pull', (pairOf) => {
  async function start(timezone = 'America/New_York') {
    const pair = await pairOf({
      start: BEFORE_FIVE,
      settings: settings({ connections: [connection({ timezone })] }),
    })
    pair.sandbox.state.switches.set({ 'rate.marketingTier': 'off' })
    pair.sandbox.state.ads.add(ONE_AD)
    const daily = (host = pair.closeback) => pullDaily(host.pipeline, () => true)
    const alerts = async () => {
      await lookForTrouble(pair.closeback.pipeline, { jobs: [], notTried: [] })
      const rows = await pair.closeback.ledger.db.selectFrom('alerts').selectAll().orderBy('id').execute()
      return rows.filter((row) => row.resolved_at === null).map(({ kind, subject }) => `${kind} ${subject}`)
    }
    return { pair, daily, alerts }
  }

  it('is made once a day from 05:00 UTC on, however many hosts ask', async () => {
    const { pair, daily } = await start()
    expect(await daily()).toEqual([])
    pair.clock.pass(2 * 60_000)
    const other = await pair.another()
    const pulled = await Promise.all([daily(), daily()])
    expect([...pulled.flat(), ...(await daily(other))]).toHaveLength(1)
    pair.clock.pass(DAY)
    expect(await daily(other)).toHaveLength(1)
    expect(await daily()).toEqual([])
  })

  it('is made again an hour later when a part was missing, until nothing is', async () => {
    const { pair, daily } = await start()
    pair.clock.pass(HOUR)
    pair.sandbox.state.faults.set([
      { kind: 'envelope', code: 40002, message: 'no', match: { path: '/campaign/get/' } },
    ])
    expect((await daily())[0]?.problems).toHaveLength(1)
    expect(await daily()).toEqual([])
    pair.clock.pass(HOUR + 1)
    expect((await daily())[0]?.problems).toEqual([])
    pair.clock.pass(2 * HOUR)
    expect(await daily()).toEqual([])
  })

  it('ends soon when its host stops, and leaves the day to the next', async () => {
    const { pair } = await start()
    pair.clock.pass(HOUR)
    let asked = 0
    await pullDaily(pair.closeback.pipeline, () => ++asked < 4)
    expect(pair.log.map(({ event }) => event)).toContain('insights_failed')
    expect(await pair.closeback.ledger.db.selectFrom('insight_pulls').select('day').execute()).toEqual([])
    pair.clock.pass(HOUR + 1)
    expect(await pullDaily(pair.closeback.pipeline, () => true)).toHaveLength(1)
  })

  it('is missed after a day and a half, and no more once a pull brought everything', async () => {
    const { pair, daily, alerts } = await start()
    expect(await alerts()).toEqual([])
    pair.clock.pass(HOUR)
    await daily()
    pair.clock.pass(37 * HOUR)
    expect(await alerts()).toEqual(['insights us-brand'])
    const [one] = (await pair.closeback.pipeline.settings()).connections.values()
    if (one) await pullNow(pair.closeback.pipeline, one)
    expect(await alerts()).toEqual([])
  })

  it('tells when the ad account counts its days otherwise than the settings say', async () => {
    const { pair, daily, alerts } = await start('Europe/Berlin')
    pair.clock.pass(HOUR)
    await daily()
    expect(await alerts()).toEqual(['account us-brand/timezone'])
  })
})
