import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { CANARIES, cliRig, item, WORKSPACE } from './rig.ts'

describe('settings by command', () => {
  const rig = cliRig()

  it('tells the difference, writes nothing in a dry run, and has nothing to do the second time', async () => {
    rig.file('ws.yaml', WORKSPACE)
    expect((await rig.cli('apply', 'ws.yaml', '--dry-run')).out).toBe(
      '+ connection us-brand\n+ source shop-crm\n+ rule won\nDry run: 3 changes, nothing written; still revision 0.\n',
    )
    expect((await rig.cli('apply', 'ws.yaml')).out).toMatch(/Applied 3 changes: revision 1\.\n$/)
    expect((await rig.cli('apply', 'ws.yaml')).out).toBe('= nothing to do, revision 1\n')
    const changed = WORKSPACE.replace('currency: USD', 'currency: EUR')
    expect((await rig.cliWith(changed, 'apply', '-')).out).toMatch(
      /^~ connection us-brand\n {4}currency: "USD" -> "EUR"\nApplied 1 change: revision 2\.\n$/,
    )
    await rig.cli('apply', 'ws.yaml')
  })

  it('finds files where the person stands, and the data directory too', async () => {
    mkdirSync(join(rig.home, 'elsewhere'))
    expect(await rig.cli('apply', 'elsewhere/../ws.yaml')).toMatchObject({ exit: 0 })
    expect(readFileSync(join(rig.home, 'data', 'workspace.json'), 'utf8')).toContain('us-brand')
  })

  it('seals a secret value and never shows it again', async () => {
    const sealed = WORKSPACE.replace('{ env: SHOP_CRM_SECRET }', `{ value: "${CANARIES.secret}" }`)
    expect(await rig.cliWith(sealed, 'apply', '-')).toMatchObject({ exit: 0 })
    const { out } = await rig.cli('export')
    expect(out).toContain('sealed: true')
    expect((await rig.cliWith(out, 'apply', '-')).out).toMatch(/^= nothing to do/)
  })

  it('deletes only with --prune, and not what still has deliveries to settle', async () => {
    await rig.post([item('D-1', 'won', { amount: null, currency: null })])
    await rig.cli('push')
    const pruned = await rig.cliWith('version: 1\n', 'apply', '-', '--prune')
    expect(pruned.exit).toBe(2)
    expect(pruned.err).toContain('"us-brand" still has 1 delivery that is not final')
    expect((await rig.cliWith('version: 1\n', 'apply', '-')).out).toMatch(/^= nothing to do/)
  })
})

describe('closeback check', () => {
  const rig = cliRig()
  const change = (from: string, to: string) => rig.cliWith(WORKSPACE.replace(from, to), 'apply', '-')

  it('finds nothing wrong with what is right: exit 0', async () => {
    expect((await rig.cli('check')).out).toBe('Nothing is set up yet: apply a workspace first.\n')
    await rig.cliWith(WORKSPACE, 'apply', '-')
    const ran = await rig.cli('check')
    expect(ran).toMatchObject({ exit: 0 })
    for (const name of ['advertiser', 'currency', 'timezone', 'web set', 'clock', 'state', 'signing secret'])
      expect(ran.out).toMatch(new RegExp(`ok {4}${name} `))
  })

  it.each([
    ['currency: USD', 'currency: EUR', 'The account has USD, the workspace says EUR.'],
    [
      'America/New_York',
      'Europe/Berlin',
      'The account has America/New_York, the workspace says Europe/Berlin.',
    ],
    ['7000000000000000001', '7000000000000000002', 'TikTok answered 40001'],
    ['C4AAAAAAAAAAAAAAAAAA', 'C4XXXXXXXXXXXXXXXXXX', 'The account has no C4XXXXXXXXXXXXXXXXXX.'],
    ['{ env: TIKTOK_EVENTS_TOKEN }', '{ env: NOWHERE }', 'The environment variable NOWHERE'],
  ])('finds %s changed to %s: exit 1, with a remedy', async (from, to, text) => {
    // The marketing token may read the account, so a refusal is one.
    const marketing = 'tokens: { marketing: { env: TIKTOK_EVENTS_TOKEN }, events:'
    expect(
      await rig.cliWith(WORKSPACE.replace('tokens: { events:', marketing).replace(from, to), 'apply', '-'),
    ).toMatchObject({ exit: 0 })
    const ran = await rig.cli('check', 'us-brand')
    expect(ran.exit).toBe(1)
    expect(ran.out.replaceAll(/\s+/g, ' ')).toContain(text)
    const { connections } = (await rig.json('check', 'check', 'us-brand')) as {
      connections: { findings: { status: string; remedy: string | null }[] }[]
    }
    const bad = connections.flatMap(({ findings }) => findings).filter(({ status }) => status === 'failed')
    for (const { remedy } of bad) expect(remedy).toMatch(/\w.*\.$/)
  })

  it('takes another name of the same time zone for the same', async () => {
    await change('America/New_York', 'America/Detroit')
    expect((await rig.cli('check')).out.replaceAll(/\s+/g, ' ')).toContain(
      'America/Detroit, which is the same as America/New_York.',
    )
  })

  it('says of a token that reaches only events what it could not check, without failing', async () => {
    await rig.control('tokens', 'POST', {
      action: 'add',
      token: 'events-only',
      advertisers: ['7000000000000000001'],
      scopes: ['events'],
    })
    await change('', '')
    rig.env.TIKTOK_EVENTS_TOKEN = 'events-only'
    const ran = await rig.cli('check', 'us-brand')
    expect(ran).toMatchObject({ exit: 0 })
    expect(ran.out.replaceAll(/\s+/g, ' ')).toContain('reaches only events')
    rig.env.TIKTOK_EVENTS_TOKEN = 'no-such-token'
    expect(await rig.cli('check', 'us-brand')).toMatchObject({ exit: 1 })
    rig.env.TIKTOK_EVENTS_TOKEN = CANARIES.token
  })

  it('shows a parked event set with its remedy, and push says so too', async () => {
    rig.env.TIKTOK_EVENTS_TOKEN = 'no-such-token'
    await rig.post([item('D-1', 'won')])
    const pushed = await rig.cli('push')
    expect(pushed).toMatchObject({ exit: 0 })
    expect(pushed.out).toMatch(/Parked: us-brand, event set C4AAAAAAAAAAAAAAAAAA \(40105\)\./)
    rig.env.TIKTOK_EVENTS_TOKEN = CANARIES.token
    const ran = await rig.cli('check', 'us-brand')
    expect(ran).toMatchObject({ exit: 1 })
    expect(ran.out).toMatch(/FAIL {2}state +Event set C4AAAAAAAAAAAAAAAAAA is parked/)
    const story = await rig.cli('explain', 'shop-crm', 'D-1')
    expect(story.out.replaceAll(/\s+/g, ' ')).toMatch(
      /^Not sent yet: .* TikTok takes nothing for its event set since/,
    )
  })

  it('warns when the clocks of this host and TikTok differ', async () => {
    await rig.control('clock', 'PUT', { advanceMs: 95_000 })
    expect((await rig.cli('check', 'us-brand')).out).toMatch(
      /warn {2}clock +This host is 9\d s behind TikTok\./,
    )
    await rig.control('clock', 'PUT', { advanceMs: -190_000 })
    expect((await rig.cli('check', 'us-brand')).out).toMatch(
      /warn {2}clock +This host is 9\d s ahead of TikTok\./,
    )
  })

  it('says whether somebody is told when something is wrong, and posts nothing', async () => {
    await rig.cliWith(WORKSPACE, 'apply', '-')
    expect((await rig.cli('check')).out).toMatch(/ok {4}webhook +Not set/)
    const webhook = '{ url: "https://localhost/T0/B0", secret: { env: NO_SUCH_SECRET } }'
    const hidden = await rig.cliWith(`version: 1\nalerts: { webhook: ${webhook} }\n`, 'apply', '-')
    expect(hidden).toMatchObject({ exit: 0 })
    const ran = await rig.cli('check')
    expect(ran.exit).toBe(1)
    const said = ran.out.replaceAll(/\s+/g, ' ')
    expect(said).toContain('FAIL webhook The name localhost leads to an address that is not public')
    expect(said).toContain('FAIL signing secret The environment variable NO_SUCH_SECRET')
    expect(ran.out).not.toContain('T0/B0')
    const { alerts } = (await rig.json('check', 'check', 'shop-crm')) as { alerts: unknown[] }
    expect(alerts).toEqual([])
    await rig.cliWith(WORKSPACE, 'apply', '-', '--prune')
  })

  it('checks one source by its id', async () => {
    rig.env.SHOP_CRM_SECRET = 'whsec_c2hvcnQ='
    const ran = await rig.cli('check', 'shop-crm')
    expect(ran).toMatchObject({ exit: 1 })
    expect(ran.out).not.toContain('us-brand')
    expect(ran.out).toContain('FAIL  signing secret')
  })
})
