import { pullInsights } from '../core/pipeline/insights/pull.ts'
import { startTikTokSandbox } from '../fixtures/sandbox/tiktok/index.ts'
import { openCloseback } from './prepared.ts'
import { type Bench, micros } from './row.ts'
import { CONNECTION_ID } from './samples.ts'
import { temporaryHome } from './spawned.ts'

const DAYS = 14
const AD_GROUPS = 250
const CAMPAIGNS = 50
const PER_PAGE = 1000

/** 14 days of an account whose every ad was shown on every day, pulled for the first time and again. */
export const insights: Bench = async ({ quick }) => {
  const count = quick ? 1000 : 5000
  const { home, remove } = await temporaryHome()
  const sandbox = await startTikTokSandbox()
  sandbox.state.clock.freeze()
  sandbox.state.clock.set(Date.parse('2026-11-20T12:00:00Z'))
  sandbox.state.switches.set({ 'rate.marketingTier': 'off' })
  sandbox.state.ads.add(account(count))
  const closeback = await openCloseback(home, sandbox.url)
  try {
    closeback.pipeline.ledger.now = sandbox.state.clock.now
    // The product asks no faster than TikTok allows; here its own time counts.
    closeback.pipeline.wait = () => Promise.resolve()
    const connection = (await closeback.pipeline.settings()).connections.get(CONNECTION_ID)
    if (!connection) throw new Error('the sample workspace has no connection')
    const pages = (rows: number) => Math.ceil(rows / PER_PAGE)
    const least =
      1 + 1 + DAYS + pages(CAMPAIGNS) + pages(AD_GROUPS) + pages(count) + pages(DAYS) + pages(count * DAYS)
    const pull = async (what: string) => {
      const before = process.cpuUsage()
      const { requests, rows, problems } = await pullInsights(closeback.pipeline, connection, { days: DAYS })
      const used = process.cpuUsage(before)
      if (problems.length > 0 || rows < count * DAYS) throw new Error(`${what}: ${JSON.stringify(problems)}`)
      return [
        {
          what,
          figure: `${requests} req`,
          against: `${least} req`,
          ratio: least / requests,
          target: '>= 1.00',
          met: requests <= least,
        },
        {
          what: '  processor time a row',
          figure: micros((used.user + used.system) / rows),
          against: '',
          ratio: null,
          target: '',
          met: null,
        },
      ]
    }
    const rows = [...(await pull(`insights of ${count} ads`)), ...(await pull('  once more'))]
    return {
      rows,
      notes: ['The processor time of insights includes the simulator, which is in the same process.'],
    }
  } finally {
    await closeback.close()
    await sandbox.close()
    await remove()
  }
}

function account(count: number) {
  const id = (start: number, n: number) => String(start + n)
  const days = Array.from({ length: DAYS }, (_, n) => `2026-11-${String(n + 7).padStart(2, '0')}`)
  return {
    campaigns: Array.from({ length: CAMPAIGNS }, (_, n) => ({
      id: id(1_800_000_000, n),
      advertiserId: '7000000000000000001',
      name: `Campaign ${n}`,
    })),
    adGroups: Array.from({ length: AD_GROUPS }, (_, n) => ({
      id: id(1_810_000_000, n),
      campaignId: id(1_800_000_000, n % CAMPAIGNS),
      name: `Ad group ${n}`,
    })),
    ads: Array.from({ length: count }, (_, n) => ({
      id: id(1_820_000_000, n),
      adGroupId: id(1_810_000_000, n % AD_GROUPS),
      name: `Ad ${n}`,
    })),
    delivery: days.flatMap((day) =>
      Array.from({ length: count }, (_, n) => ({
        adId: id(1_820_000_000, n),
        day,
        spend: (n % 100) + 1,
        impressions: 100_000,
        clicks: 1000,
      })),
    ),
  }
}
