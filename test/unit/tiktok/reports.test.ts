import { describe, expect, it } from 'vitest'
import type { Answer } from '../../../core/tiktok/answer.ts'
import { patient } from '../../../core/tiktok/patient.ts'
import { accountReport, adReport } from '../../../core/tiktok/reports.ts'
import type { Call, TikTok } from '../../../core/tiktok/request.ts'

const CALL = { token: 't', advertiserId: '7', from: '2026-11-01', to: '2026-11-30', currency: 'USD' }

function envelope(content: unknown, given: { code?: number; throttle?: string } = {}): Answer {
  const { code = 0, throttle = null } = given
  return { kind: 'envelope', status: 200, code, message: 'x', requestId: null, content, date: null, throttle }
}

/** A TikTok that answers in turn, and the calls it got. */
function answering(...answers: Answer[]): TikTok & { calls: Call[] } {
  const calls: Call[] = []
  return {
    calls,
    async request(call) {
      calls.push(call)
      return answers.shift() ?? envelope(null, { code: 50000 })
    },
  }
}

const row = (ad: string, metrics: Record<string, string>) => ({
  dimensions: { ad_id: ad, stat_time_day: '2026-11-02 00:00:00' },
  metrics: { campaign_id: 'c1', adgroup_id: 'g1', ...metrics },
})
const page = (list: unknown[], total_number = list.length, total_page = 1) => ({
  list,
  page_info: { page: 1, page_size: 1000, total_number, total_page },
})
const read = (tiktok: TikTok, adsByCampaign = new Map([['c1', 1]]), currency = 'USD') =>
  adReport(tiktok, { ...CALL, currency, adsByCampaign })

describe('a report by ad', () => {
  it('reads text as exact figures, and "-" or nothing as not told', async () => {
    const metrics = { spend: '14.68', impressions: '1079', clicks: '-', total_complete_payment_rate: '0.125' }
    const answer = await read(answering(envelope(page([row('a1', metrics)]))))
    expect(answer).toMatchObject({
      ok: true,
      value: [
        {
          day: '2026-11-02',
          level: 'ad',
          entityId: 'a1',
          campaignId: 'c1',
          adGroupId: 'g1',
          // Half a cent goes to the even one.
          figures: {
            spend_minor: 1468,
            impressions: 1079,
            clicks: null,
            conversions: null,
            web_purchase_minor: 12,
          },
        },
      ],
    })
  })

  it('counts money in whatever decimals the account’s currency has', async () => {
    const of = async (currency: string, spend: string) => {
      const answer = await read(answering(envelope(page([row('a1', { spend })]))), undefined, currency)
      return answer.ok ? answer.value[0]?.figures.spend_minor : answer.verdict.code
    }
    expect([await of('JPY', '1200'), await of('KWD', '1.2345'), await of('USD', '-3.10')]).toEqual([
      1200, 1234, -310,
    ])
  })

  it.each([
    ['spend', '1e5'],
    ['spend', 'NaN'],
    ['clicks', '1.5'],
    ['clicks', ''],
    ['clicks', '9'.repeat(20)],
  ])('is no report when %s is "%s": a figure that is silently missing would be wrong', async (name, text) => {
    const answer = await read(answering(envelope(page([row('a1', { [name]: text })]))))
    expect(answer).toMatchObject({ ok: false, verdict: { code: 'unexpected_content' } })
  })

  it('asks for a thousand rows a page, deleted ads too, and only as often as there are pages', async () => {
    const full = Array.from({ length: 1000 }, (_, n) => row(`a${n}`, {}))
    const tiktok = answering(envelope(page(full, 1001, 2)), envelope(page([row('last', {})], 1001, 2)))
    const answer = await read(tiktok)
    expect(answer.ok && answer.value.length).toBe(1001)
    expect(tiktok.calls.map(({ query }) => [query?.page, query?.page_size])).toEqual([
      [1, 1000],
      [2, 1000],
    ])
    expect(tiktok.calls[0]?.query?.filtering).toEqual([
      { field_name: 'ad_status', filter_type: 'IN', filter_value: '["STATUS_ALL"]' },
    ])
  })

  it('begins again when the list changed between two pages, and gives up when it does so again', async () => {
    const rows = [row('a1', {})]
    const changed = [envelope(page(rows, 2, 2)), envelope(page(rows, 3, 2))]
    const calm = [envelope(page(rows, 2, 2)), envelope(page(rows, 2, 2))]
    expect(await read(answering(...changed, ...calm))).toMatchObject({ ok: true })
    expect(await read(answering(...changed, ...changed))).toMatchObject({
      ok: false,
      verdict: { code: 'changed' },
    })
  })

  it('is asked for by campaigns where an account has more ads than one report shows', async () => {
    const many = new Map(Array.from({ length: 250 }, (_, n) => [`c${n}`, 100]))
    const tiktok = answering(...Array.from({ length: 9 }, () => envelope(page([]))))
    expect(await read(tiktok, many)).toMatchObject({ ok: true })
    const asked = tiktok.calls.map(({ query }) => {
      const [, filter] = (query?.filtering ?? []) as { filter_value: string }[]
      return JSON.parse(filter?.filter_value ?? '[]') as string[]
    })
    expect(asked.map((ids) => ids.length)).toEqual([100, 100, 50])
    expect(asked.flat()).toEqual([...many.keys()])
  })

  it('is no report when TikTok says that it was cut', async () => {
    const cut = envelope(page([row('a1', {})]), { throttle: 'only return the top 20k' })
    expect(await read(answering(cut))).toMatchObject({ ok: false, verdict: { code: 'too_many_ads' } })
  })
})

describe('the account’s own report', () => {
  it('has one row a day', async () => {
    const own = { dimensions: { stat_time_day: '2026-11-02' }, metrics: { spend: '1' } }
    const answer = await accountReport(answering(envelope(page([own]))), CALL)
    expect(answer).toMatchObject({
      ok: true,
      value: [{ level: 'account', entityId: '7', figures: { spend_minor: 100 } }],
    })
  })
})

describe('a patient reader', () => {
  const GET = { method: 'GET', path: '/advertiser/info/' } as const
  const busy = envelope(null, { code: 40100 })

  it('waits ever longer while TikTok is busy, and takes the first answer that is none of that', async () => {
    const waited: number[] = []
    const tiktok = answering(busy, busy, envelope({}))
    let requests = 0
    const slow = patient(tiktok, { wait: async (ms) => void waited.push(ms), onRequest: () => requests++ })
    expect(await slow.request(GET)).toMatchObject({ code: 0 })
    expect(requests).toBe(3)
    expect(waited.reduce((sum, ms) => sum + ms, 0)).toBe(3 * 100 + 1000 + 4000)
  })

  it('gives up after five times, and never asks again what was refused', async () => {
    const wait = async () => {}
    const always = answering(...Array.from({ length: 9 }, () => busy))
    expect(await patient(always, { wait }).request(GET)).toMatchObject({ code: 40100 })
    expect(always.calls).toHaveLength(5)
    const refused = answering(envelope(null, { code: 40002 }))
    await patient(refused, { wait }).request(GET)
    expect(refused.calls).toHaveLength(1)
  })
})
