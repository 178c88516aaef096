import { describe, expect, it } from 'vitest'
import { ONE_AD, spent } from '../../support/ad-samples.ts'
import { cliRig, item, WORKSPACE } from './rig.ts'

/** Without the breaks of an 80 column terminal. */
const plain = (text: string) => text.replaceAll(/\s+/g, ' ')
const yesterday = () => new Date(Date.now() - 2 * 86_400_000).toISOString().slice(0, 10)

describe('insights', () => {
  const rig = cliRig()

  it('pulls what is due, says how much, and twice changes nothing', async () => {
    rig.file('ws.yaml', WORKSPACE)
    await rig.cli('apply', 'ws.yaml')
    rig.sandbox.state.switches.set({ 'rate.marketingTier': 'off' })
    rig.sandbox.state.ads.add({ ...ONE_AD, delivery: spent({ [yesterday()]: 12.5 }) })
    const { out, exit } = await rig.cli('insights', '--days', '3')
    expect(exit).toBe(0)
    expect(plain(out)).toMatch(
      /^us-brand: pulled 3 days from .* \(America\/New_York\), 2 rows of 1 ad, in 10 requests\. $/,
    )
    const again = await rig.json('insights', 'insights', '--days', '3', '--connection', 'us-brand')
    expect(again).toMatchObject({
      connections: [{ days: 3, restated: 0, rows: 2, problems: [] }],
      failed: [],
    })
  })

  it('fails when a part could not be had, and says what to do', async () => {
    rig.sandbox.state.faults.set([
      { kind: 'envelope', code: 40001, match: { path: '/report/integrated/get/' }, times: 'forever' },
    ])
    const { out, exit } = await rig.cli('insights', '--days', '1')
    rig.sandbox.state.faults.clear()
    expect(exit).toBe(1)
    expect(out).toContain('could not be read')
    expect(plain(out)).toContain('Give the token’s user the Admin or Operator role')
    expect(Math.max(...out.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80)
  })

  it('refuses a connection that is not there, and days that are none', async () => {
    expect((await rig.cli('insights', '--connection', 'us-brad')).err).toContain('Did you mean "us-brand"?')
    expect((await rig.cli('insights', '--days', '0')).exit).toBe(2)
  })
})

describe('spend import', () => {
  const rig = cliRig()
  const FILE =
    'day,channel,campaign,spend,currency\n2026-11-01,Google,brand,100.50,USD\n2026-11-02,google,,7,usd\n'

  it('takes a file once however often it is given, and what a corrected one says instead', async () => {
    rig.file('spend.csv', FILE)
    expect(await rig.json('spend', 'spend', 'import', 'spend.csv')).toMatchObject({
      rows: 2,
      added: 2,
      changed: 0,
      channels: [
        {
          channel: 'google',
          from: '2026-11-01',
          to: '2026-11-02',
          spend: { amount: '107.50', currency: 'USD' },
        },
      ],
    })
    rig.file('spend.csv', FILE.replace('100.50', '90.00'))
    const { out } = await rig.cli('spend', 'import', 'spend.csv')
    expect(out).toBe(
      'Read 2 rows: 0 new, 1 changed, 1 known already.\n  google: 97.00 USD from 2026-11-01 to 2026-11-02\n',
    )
  })

  it('names every broken row by its line, and takes nothing of such a file', async () => {
    rig.file(
      'broken.csv',
      'day;channel;campaign;spend;currency\n2026-11-31;bing;a;1;USD\n2026-11-01;;a;1;USD\n2026-11-01;bing;a;1,50;USD\n' +
        '2026-11-01;bing;b;-1;USD\n2026-11-01;bing;c;1;XXX\n2026-11-01;TikTok;c;1;USD\n2026-11-03;bing;ok;1;USD\n2026-11-03;bing;ok;2;USD\n',
    )
    const { exit, err } = await rig.cli('spend', 'import', 'broken.csv')
    expect(exit).toBe(2)
    for (const said of [
      'line 2: day is not a date',
      'line 3: channel is empty',
      'line 4: spend has a comma',
      'line 5: spend is below zero',
      'line 6: currency',
      'line 7: TikTok’s own cost comes with its Insights',
      'line 9: says the same day, channel and campaign as line 8',
    ])
      expect(err).toContain(said)
    expect(await rig.json('spend', 'spend', 'import', 'spend.csv')).toMatchObject({ unchanged: 2 })
  })

  it('reads commas where it is told to, and says which columns are missing', async () => {
    rig.file('comma.csv', 'day;channel;spend;currency\n2026-12-01;bing;1.234,50;EUR\n')
    expect(await rig.json('spend', 'spend', 'import', 'comma.csv', '--decimal', 'comma')).toMatchObject({
      channels: [{ spend: { amount: '1234.50', currency: 'EUR' } }],
    })
    rig.file('other.csv', 'date,channel,spend\n')
    expect((await rig.cli('spend', 'import', 'other.csv')).err).toMatch(
      /no column "day"[\s\S]*no column "currency"/,
    )
  })
})

describe('utm', () => {
  const rig = cliRig()

  it('builds a link that TikTok fills in, keeping what the address has', async () => {
    const page = 'https://shop.example/a?size=xl&ttclid=E.C.P.1&utm_source=tt'
    expect(await rig.json('utm build', 'utm', 'build', page)).toEqual({
      url:
        'https://shop.example/a?size=xl&utm_source=tiktok&utm_medium=paid_social&utm_campaign=__CAMPAIGN_NAME__' +
        '&utm_id=__CAMPAIGN_ID__&utm_term=__AID__&utm_content=__CID__',
    })
    expect((await rig.cli('utm', 'build', 'ftp://shop.example')).exit).toBe(2)
    expect((await rig.cli('utm', 'build')).exit).toBe(2)
  })

  it('finds in a link whatever breaks the convention', async () => {
    const lint = async (query: string) =>
      (await rig.json('utm lint', 'utm', 'lint', `https://shop.example/?${query}`)) as {
        links: { problems: { parameter: string }[] }[]
      }
    const problems = async (query: string) =>
      (await lint(query)).links.flatMap((link) => link.problems.map(({ parameter }) => parameter))
    const good = 'utm_source=tiktok&utm_medium=paid_social&utm_campaign=Spring'
    expect(await problems(good)).toEqual([])
    expect(await problems(good.replace('tiktok', 'TikTok'))).toEqual(['utm_source'])
    expect(await problems('utm_source=tiktok&utm_campaign=x')).toEqual(['utm_medium'])
    expect(await problems(`${good}&utm_id=__CAMPAIGN_ID__`)).toEqual(['utm_id'])
    expect(await problems('utm_source=tiktok&utm_medium=paid_social')).toEqual(['utm_campaign'])
    expect(await problems(good.replace('Spring', 'Spring%2520sale'))).toEqual(['utm_campaign'])
  })

  it('looks at what clicks carried, and at the campaigns that exist', async () => {
    rig.file('ws.yaml', WORKSPACE)
    await rig.cli('apply', 'ws.yaml')
    const at = new Date(Date.now() - 3_600_000).toISOString()
    const touch = (utm: object) => ({
      touches: [{ at, utm: { source: 'tiktok', medium: 'paid_social', ...utm } }],
    })
    await rig.post([
      item('D-1', 'won', touch({ campaign: 'spring' })),
      item('D-2', 'won', touch({ campaign: 'Sprong' })),
      item('D-3', 'won', touch({ id: ONE_AD.campaigns?.[0]?.id, campaign: 'whatever' })),
      item('D-4', 'won', { touches: [{ at, utm: { source: 'google', campaign: 'x' } }] }),
    ])
    await rig.cli('push')
    const before = await rig.cli('utm', 'lint')
    expect(before.out).toContain('Whether the campaigns exist is not known')
    rig.sandbox.state.switches.set({ 'rate.marketingTier': 'off' })
    rig.sandbox.state.ads.add(ONE_AD)
    await rig.cli('insights', '--days', '1')
    const { out, exit } = await rig.cli('utm', 'lint', '--days', '2')
    expect(exit).toBe(1)
    expect(out).toContain('3 clicks from TikTok in the last 2 days: 1 of them breaks the convention.')
    expect(plain(out)).toContain('names no campaign of the account: "Sprong"')
  })
})
