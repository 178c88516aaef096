import { beforeAll, describe, expect, it } from 'vitest'
import { CANARIES, cliRig, item, WORKSPACE } from './rig.ts'

const DAY = 86_400_000
const isoAgo = (days: number) => new Date(Date.now() - days * DAY).toISOString()
/** Starts yesterday, and takes what TikTok takes. */
const SETTINGS = WORKSPACE.replace('"2020-01-01T00:00:00Z"', `"${isoAgo(1)}"`).replace(
  '    delivery: { maxEventAgeDays: 3650 }\n',
  '',
)

describe('closeback preview and backfill', () => {
  const rig = cliRig()

  beforeAll(async () => {
    rig.file('ws.yaml', SETTINGS)
    await rig.cli('apply', 'ws.yaml')
    await rig.post([
      item('D-1', 'won'),
      item('D-2', 'won', { occurredAt: isoAgo(10) }),
      item('D-3', 'won', { occurredAt: isoAgo(29) }),
      item('D-4', 'lost'),
    ])
    await rig.cli('push')
  })

  it('says what would go beside what went, and that nothing happened', async () => {
    const { exit, out } = await rig.cli('preview', '--since', '30d')
    expect(exit).toBe(0)
    expect(out).toMatch(/^4 stage changes since /)
    expect(out).toContain('won to us-brand, Purchase\n  would send 3 worth 12,600.00 USD\n')
    expect(out).toContain('  did send 1 worth 4,200.00 USD\n  difference +2 worth +8,400.00 USD\n')
    expect(out).toContain('before the start: 2')
    expect(out).toContain('too old for TikTok by now: 1')
    expect(out).toMatch(/No rule for: no_rule 1\.\n\nNothing was sent and nothing written\.\n$/)
    await rig.json('preview', 'preview', '--since', isoAgo(20).slice(0, 10), '--source', 'shop-crm')
  })

  it.each([
    ['a whole workspace', (rules: string) => SETTINGS.replace(/rules:[\s\S]*/, rules)],
    ['only rules', (rules: string) => rules],
  ])('shows %s as a difference', async (_, fileOf) => {
    const rules = `rules:
  - { id: won, source: "*", when: { stage: won }, audience: tiktok, send: { event: Purchase, to: [us-brand], value: { from: amount } } }
  - { id: lost, source: "*", when: { stage: lost }, audience: any, send: { event: Contact, to: [us-brand] } }
`
    const name = rig.file('rules.yaml', fileOf(rules))
    const { out } = await rig.cli('preview', '--since', '30d', '--rules', name)
    expect(out).toContain('Changes against the present rules:\n  lost to us-brand, Contact: +1\n')
    const document = await rig.json('preview', 'preview', '--since', '30d', '--rules', name)
    expect(document.proposed).toMatchObject({ file: name, difference: [{ ruleId: 'lost', count: 1 }] })
  })

  it('names what is wrong with a rules file by its line', async () => {
    const name = rig.file('bad.yaml', 'rules:\n  - { id: won, source: "*", when: { stage: won } }\n')
    const ran = await rig.cli('preview', '--since', '30d', '--rules', name)
    expect(ran.exit).toBe(2)
    expect(ran.err).toMatch(/line 2/)
    const nowhere = rig.file('to.yaml', SETTINGS.replace('to: [us-brand]', 'to: [us-brend]'))
    expect((await rig.cli('preview', '--since', '30d', '--rules', nowhere)).err).toContain('us-brend')
  })

  it('backfills only with --yes, only once, and nothing TikTok would not take', async () => {
    const asked = await rig.cli('backfill', '--since', '60d')
    expect(asked).toMatchObject({ exit: 0 })
    expect(asked.out).toContain('Purchase to us-brand: 1 worth 4,200.00 USD\n')
    expect(asked.out).toContain('  left out, older than TikTok takes: 1 worth 4,200.00 USD\n')
    expect(asked.out).toMatch(/The oldest is deal:D-2, .*\nNothing was written: say --yes to send this\.\n$/)
    expect(await rig.json('push', 'push')).toMatchObject({ requests: 0 })
    expect(await rig.json('backfill', 'backfill', '--since', '60d', '--yes')).toMatchObject({
      planned: 1,
      made: 1,
    })
    expect(await rig.json('push', 'push')).toMatchObject({ accepted: 1 })
    const again = await rig.cli('backfill', '--since', '60d', '--yes')
    expect(again.out).toMatch(/Nothing since .* is left to send\.\n$/)
    expect((await rig.cli('explain', 'shop-crm', 'D-2')).out).toMatch(/^Sent/)
  })

  it.each([
    [['preview'], /--since/],
    [['preview', '--since', 'tomorrow'], /It must be a time such as/],
    [['backfill', '--since', '2999-01-01'], /It must be in the past/],
    [['preview', '--since', '30d', '--source', 'shop-crn'], /Did you mean "shop-crm"/],
  ])('refuses %j', async (argv, message) => {
    const ran = await rig.cli(...argv)
    expect(ran.exit).toBeGreaterThan(0)
    expect(ran.err.replaceAll(/\s+/g, ' ')).toMatch(message)
  })
})

describe('closeback import', () => {
  const rig = cliRig()
  const date = (days: number) => isoAgo(days).replace(/^(\d+)-(\d+)-(\d+).*/, '$2/$3/$1')
  const rows = [
    'deal,status,closed,value,mail',
    `A-1,Won,${date(1)},10.50,${CANARIES.email}`,
    `A-2,Won,${date(9)},20.00,${CANARIES.email}`,
    'A-3,Open,,,',
    `A-4,Won,${date(1)},"1.234,56",${CANARIES.email}`,
  ]
  const columns =
    'record.id=deal,stage=status,occurredAt=closed,amount=value,currency:=USD,contact.email=mail'
  const how = [
    '--source',
    'shop-crm',
    '--columns',
    columns,
    '--date-format',
    'MM/DD/YYYY',
    '--timezone',
    'UTC',
  ]

  beforeAll(async () => {
    rig.file('ws.yaml', SETTINGS.replace(isoAgo(1).slice(0, 10), isoAgo(3).slice(0, 10)))
    await rig.cli('apply', 'ws.yaml')
    rig.file('deals.csv', rows.join('\n'))
    rig.file(
      'columns.yaml',
      `columns:
  record.id: deal
  stage: { column: status, lookup: { Won: won } }
  occurredAt: { column: closed, format: MM/DD/YYYY, timezone: UTC }
  amount: value
  currency: { value: USD }
  contact.email: mail
`,
    )
  })

  it('says first what would come of it, without the people in it', async () => {
    const { exit, out } = await rig.cli('import', 'deals.csv', ...how)
    expect(exit).toBe(0)
    expect(out).toMatch(
      /^4 rows, read as utf-8 with "," between cells\.\n2 would be received, 0 duplicates, 0\s+conflicts, 2 broken\./,
    )
    expect(out).toContain('won to us-brand, Purchase: 1 worth 10.50 USD\n  not sent: before_start 1\n')
    expect(out).toContain('line 2: deal:A-1 Won')
    expect(out).toContain('line 4: /occurredAt is missing')
    expect(out).toContain('line 5: /amount has a comma')
    expect(out).toMatch(/Nothing was written: say --yes to import this\.\n$/)
    expect(await rig.json('preview', 'preview', '--since', '30d')).toMatchObject({ changes: 0 })
  })

  it('does it with --yes, and once', async () => {
    const document = await rig.json('import', 'import', 'deals.csv', ...how, '--yes')
    expect(document).toMatchObject({ written: true, rows: 4, received: 2, broken: 2 })
    expect(await rig.json('push', 'push')).toMatchObject({ accepted: 1 })
    const again = await rig.json('import', 'import', 'deals.csv', ...how, '--yes')
    expect(again).toMatchObject({ received: 0, duplicates: 2 })
    expect(await rig.json('backfill', 'backfill', '--since', '28d', '--yes')).toMatchObject({ made: 1 })
  })

  it('takes a map from a file, and names everything that does not fit', async () => {
    const { out } = await rig.cli('import', 'deals.csv', '--source', 'shop-crm', '--map', 'columns.yaml')
    expect(out).toContain('0 would be received, 0 duplicates, 2 conflicts, 2 broken.')
    rig.file('other.csv', 'a;b\n1;2\n')
    const ran = await rig.cli('import', 'other.csv', '--source', 'shop-crm', '--map', 'columns.yaml', '--yes')
    expect(ran.exit).toBe(2)
    expect(ran.err).toContain('columns.record.id: the file has no column "deal"')
    expect(ran.err).toContain('columns.amount: the file has no column "value"')
  })

  it('draws progress where somebody looks, and only there', async () => {
    expect((await rig.cli('import', 'deals.csv', ...how)).err).toBe('')
  })

  it.each([
    [['import', 'missing.csv', ...how], /cannot be read \(ENOENT\)/],
    [['import', 'deals.csv', ...how.with(1, 'shop')], /There is no source "shop"/],
    [['import', 'deals.csv', ...how, '--map', 'columns.yaml'], /not both/],
    [['import', 'deals.csv', ...how, '--yes', '--dry-run'], /--dry-run/],
    [['import', 'deals.csv', ...how, '--delimiter', 'xx'], /one character/],
    [['import', 'deals.csv', '--source', 'shop-crm'], /columns\.record\.id: is missing/],
  ])('refuses %j', async (argv, message) => {
    const ran = await rig.cli(...argv)
    expect(ran.exit).toBeGreaterThan(0)
    expect(ran.err.replaceAll(/\s+/g, ' ')).toMatch(message)
  })
})
