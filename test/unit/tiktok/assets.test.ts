import { describe, expect, it } from 'vitest'
import type { Answer } from '../../../core/tiktok/answer.ts'
import { advertiserInfo, crmList, offlineList, pixelList } from '../../../core/tiktok/assets.ts'
import { authorizedAdvertisers } from '../../../core/tiktok/oauth.ts'
import type { Call, TikTok } from '../../../core/tiktok/request.ts'

function answering(...contents: unknown[]): TikTok & { calls: Call[] } {
  const calls: Call[] = []
  return {
    calls,
    async request(call) {
      const content = contents[Math.min(calls.length, contents.length - 1)]
      calls.push(call)
      return {
        kind: 'envelope',
        status: 200,
        code: 0,
        message: 'OK',
        requestId: null,
        content,
        date: null,
        throttle: null,
      }
    },
  }
}

function failing(answer: Answer): TikTok {
  return { request: async () => answer }
}

describe('advertiserInfo', () => {
  it('reads currency, time zone and status, with ids as text or numbers', async () => {
    const tiktok = answering({
      list: [
        {
          advertiser_id: 700001,
          name: 'Brand',
          currency: 'USD',
          timezone: 'Etc/GMT+5',
          display_timezone: 'America/New_York',
          status: 'STATUS_ENABLE',
        },
        { advertiser_id: '7000000000000000001', timezone: 'Asia/Tokyo' },
      ],
    })
    expect(await advertiserInfo(tiktok, { token: 't', ids: ['700001', '7000000000000000001'] })).toEqual({
      ok: true,
      value: [
        {
          id: '700001',
          businessCenterId: null,
          name: 'Brand',
          currency: 'USD',
          timezone: 'America/New_York',
          status: 'STATUS_ENABLE',
        },
        {
          id: '7000000000000000001',
          businessCenterId: null,
          name: null,
          currency: null,
          timezone: 'Asia/Tokyo',
          status: null,
        },
      ],
    })
    expect(tiktok.calls[0]).toMatchObject({ method: 'GET', path: '/advertiser/info/', token: 't' })
  })

  it('asks for 100 at a time', async () => {
    const tiktok = answering({ list: [] })
    const ids = Array.from({ length: 201 }, (_, at) => String(at))
    await advertiserInfo(tiktok, { token: 't', ids })
    const asked = tiktok.calls.map((call) => call.query?.advertiser_ids)
    expect(asked).toEqual([ids.slice(0, 100), ids.slice(100, 200), ids.slice(200)])
  })
})

describe('pixelList', () => {
  it('follows the pages and keeps code and id apart', async () => {
    const page = (code: string) => ({
      pixels: [{ pixel_id: 7, pixel_code: code }],
      page_info: { total_page: 2 },
    })
    const tiktok = answering(page('C4A'), page('C4B'))
    expect(await pixelList(tiktok, { token: 't', advertiserId: '7' })).toEqual({
      ok: true,
      value: [
        { id: '7', code: 'C4A', name: null },
        { id: '7', code: 'C4B', name: null },
      ],
    })
    expect(tiktok.calls.map((call) => call.query?.page)).toEqual([1, 2])
  })

  it('asks for one code alone, and ends after 50 pages', async () => {
    const tiktok = answering({ pixels: [], page_info: { total_page: 1e9 } })
    await pixelList(tiktok, { token: 't', advertiserId: '7', code: 'C4A' })
    expect(tiktok.calls[0]?.query).toMatchObject({ code: 'C4A', page_size: 20 })
    expect(tiktok.calls).toHaveLength(50)
  })
})

describe('event sets and authorised advertisers', () => {
  it('are read from their own lists', async () => {
    const row = { event_set_id: 71, name: 'Deals' }
    const set = { ok: true, value: [{ id: '71', name: 'Deals' }] }
    const call = { token: 't', advertiserId: '7' }
    expect(await crmList(answering({ crm_event_sets: [row] }), call)).toEqual(set)
    expect(await offlineList(answering({ event_set_list: [row] }), call)).toEqual(set)
    const tiktok = answering({ list: [{ advertiser_id: 7, advertiser_name: 'Brand' }] })
    expect(await authorizedAdvertisers(tiktok, { token: 't', appId: '1', secret: 's' })).toEqual({
      ok: true,
      value: [{ id: '7', name: 'Brand' }],
    })
    expect(tiktok.calls[0]?.query).toEqual({ app_id: '1', secret: 's' })
  })
})

describe('what a reading call says instead of an answer', () => {
  const call = { token: 't', advertiserId: '7' }

  it('passes on why TikTok said no, with the remedy', async () => {
    const answer: Answer = {
      kind: 'envelope',
      status: 200,
      code: 40105,
      message: 'Access token is incorrect or has been revoked.',
      requestId: null,
      content: null,
      date: null,
      throttle: null,
    }
    for (const asked of [
      await pixelList(failing(answer), call),
      await crmList(failing(answer), call),
      await offlineList(failing(answer), call),
      await advertiserInfo(failing(answer), { token: 't', ids: ['7'] }),
    ]) {
      expect(asked).toMatchObject({ ok: false, verdict: { outcome: 'parked', code: '40105' } })
    }
  })

  it('passes on that no envelope came', async () => {
    const asked = await crmList(failing({ kind: 'none', failure: 'dns', status: null, detail: 'x' }), call)
    expect(asked).toMatchObject({ ok: false, verdict: { code: 'dns' } })
  })

  it('names where a success has another shape, not what stands there', async () => {
    const asked = await crmList(
      answering({ crm_event_sets: [{ event_set_id: null, name: 'ada@example.com' }] }),
      call,
    )
    expect(asked).toMatchObject({ ok: false, verdict: { code: 'unexpected_content' } })
    expect(JSON.stringify(asked)).toContain('crm_event_sets.0.event_set_id')
    expect(JSON.stringify(asked)).not.toContain('ada@')
  })
})
