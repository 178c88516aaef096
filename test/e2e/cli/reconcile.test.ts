import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { accountDay, addDays } from '../../../core/model/account-day.ts'
import type { Reconciliation } from '../../../core/model/reconciliation.ts'
import { cliRig, item, WORKSPACE } from './rig.ts'

const ZONE = 'America/New_York'

describe('reconcile', () => {
  const rig = cliRig()
  const today = () => accountDay(Date.now(), ZONE)
  const period = () => ['--from', addDays(today(), -6), '--to', today()]

  beforeAll(async () => {
    rig.file('ws.yaml', WORKSPACE)
    await rig.cli('apply', 'ws.yaml')
    const person = { contact: { email: 'second.person@example.com' } }
    await rig.post([
      item('D-1', 'won'),
      item('D-2', 'won', { amount: '100.00', ...person }),
      item('D-3', 'won', { amount: null, currency: null, contact: { email: 'third@example.com' } }),
      item('D-4', 'won', { contact: { email: 'fourth@example.com' }, consent: 'denied' }),
    ])
    await rig.cli('push')
  })

  async function report(...more: string[]): Promise<Reconciliation> {
    const { reports } = await rig.json('reconcile', 'reconcile', ...period(), ...more)
    return (reports as Reconciliation[])[0] as Reconciliation
  }
  const filled = ({ buckets }: Reconciliation) =>
    Object.fromEntries(
      buckets.flatMap(({ bucket, amount }) => (amount.count > 0 ? [[bucket, amount.count]] : [])),
    )

  it('puts what the ledger saw into buckets, and claims nothing of what it did not see', async () => {
    const made = await report()
    expect(made.book).toMatchObject({
      kind: 'ledger',
      detail: expect.stringContaining('CRM book: not available'),
    })
    expect(filled(made)).toEqual({ accepted: 2, held: 1, suppressed: 1 })
    expect(made.delivered).toEqual({ count: 2, values: [{ amount: '4300.00', currency: 'USD' }] })
    expect(made.reported).toBeNull()
    expect(made.notes.join()).toContain('never pulled')
  })

  it('takes the CRM book from a file, and finds what was never seen and what was changed', async () => {
    const won = new Date(Date.now() - 180_000).toISOString()
    rig.file(
      'book.csv',
      `record_id,won_at,amount,currency\nD-1,${won},4200.00,USD\nD-2,${won},150.00,USD\nD-9,${today()},77,USD\n`,
    )
    const made = await report('--crm', 'book.csv')
    expect(filled(made)).toEqual({ accepted: 2, not_seen: 1 })
    expect(made.bridge.find(({ step }) => step === 'amount_changed')?.amount.values).toEqual([
      { amount: '-50.00', currency: 'USD' },
    ])
    expect(made.causes.map(({ cause }) => cause)).toContain('not_seen')
  })

  it('reads in a terminal', async () => {
    const { exit, out } = await rig.cli('reconcile', ...period())
    expect(exit).toBe(0)
    expect(out).toMatch(/^DELIVERED +2 +4,300\.00 USD$/m)
    expect(out).toMatch(/^REPORTED BY TIKTOK/m)
  })

  it('writes CSV and a page that need nothing else', async () => {
    await rig.cli('reconcile', ...period(), '--format', 'csv', '--out', 'r.csv')
    expect(readFileSync(join(rig.home, 'r.csv'), 'utf8')).toMatch(
      /^us-brand,Purchase,.*,delivered,total,,counted,2,2,USD,4300\.00/m,
    )
    await rig.cli('reconcile', ...period(), '--format', 'html', '--out', 'r.html')
    const page = readFileSync(join(rig.home, 'r.html'), 'utf8')
    expect(page.match(/<svg/g)?.length).toBe(4)
    expect(page).not.toMatch(/<script|(src|href)="(?!data:)/)
  })

  it.each([
    [['--from', '2026-10-02', '--to', '2026-10-01'], 2, /wrong way round/],
    [['--from', '2026-10-01', '--to', '2099-10-01'], 2, /ends in the future/],
    [['--from', '2020-10-01', '--to', '2026-10-01'], 2, /longer than 400 days/],
    [['--from', '2026-10-01', '--to', '2026-13-01'], 2, /a day such as/],
    [['--from', '2026-10-01', '--to', '2026-10-02', '--connection', 'us-brad'], 1, /Did you mean "us-brand"/],
    [['--from', '2026-10-01', '--to', '2026-10-02', '--event', 'Lead'], 2, /No rule sends Lead/],
    [['--from', '2026-10-01', '--to', '2026-10-02', '--crm', 'broken.csv'], 2, /line 2: .*line 3: /],
  ])('answers %j with what is wrong', async (argv, code, text) => {
    rig.file('broken.csv', 'record_id,won_at,amount\n,2026-10-01,1\nD-1,yesterday,1\n')
    const { exit, err } = await rig.cli('reconcile', ...argv)
    expect(exit).toBe(code)
    expect(err.replaceAll('\n', ' ')).toMatch(text)
  })
})
