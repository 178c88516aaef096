import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { putSpend } from '../../../core/ledger/spend.ts'
import { accountDay, addDays } from '../../../core/model/account-day.ts'
import { type LedgerAttribution, MODELS } from '../../../core/model/attribution.ts'
import { withCloseback } from '../../../server/commands/with-closeback.ts'
import type { Terminal } from '../../../server/terminal/terminal.ts'
import { cliRig, item, WORKSPACE } from './rig.ts'

const DAY = 86_400_000

describe('attribute, on the ledger', () => {
  const rig = cliRig()
  const ago = (days: number) => new Date(Date.now() - days * DAY).toISOString()
  const today = accountDay(Date.now(), 'America/New_York')
  const period = ['--from', addDays(today, -3), '--to', today]

  beforeAll(async () => {
    rig.file('ws.yaml', WORKSPACE)
    await rig.cli('apply', 'ws.yaml')
    const person = (n: number) => ({ contact: { email: `person.${n}@example.com` } })
    await rig.post([
      // Found by a search, won over by an ad.
      item('D-1', 'won', {
        amount: '300.00',
        ...person(1),
        touches: [{ at: ago(9), utm: { source: 'google', medium: 'cpc', campaign: 'brand' } }],
        click: { ttclid: 'E.C.P.1', clickedAt: ago(2) },
      }),
      item('D-2', 'won', { amount: '100.00', ...person(2), click: null, utm: null, pageUrl: null }),
      // The touch is older than what counts.
      item('D-3', 'won', {
        amount: '50.00',
        ...person(3),
        click: null,
        utm: null,
        pageUrl: null,
        touches: [{ at: ago(200), utm: { source: 'google' } }],
      }),
    ])
    await rig.cli('push')
    const terminal = { env: rig.env, cwd: rig.home, now: Date.now, err: () => {} } as unknown as Terminal
    await withCloseback(terminal, ({ ledger }) =>
      ledger.transaction((tx) =>
        putSpend(
          tx,
          [
            { day: today, channel: 'Google', campaign: 'brand', amount: { minor: 3000, currency: 'USD' } },
            { day: today, channel: 'radio', campaign: '', amount: { minor: 9900, currency: 'USD' } },
          ],
          Date.now(),
        ),
      ),
    )
  })

  it('credits all channels, with what they cost, and gives out every deal and every cent', async () => {
    const made = (await rig.json(
      'attribute',
      'attribute',
      '--model',
      MODELS.join(','),
      ...period,
    )) as unknown as LedgerAttribution
    expect(made.journeys).toEqual({
      conversions: 3,
      value: { amount: '450.00', currency: 'USD' },
      touches: 2,
      unknown: 2,
    })
    for (const { rows, level } of made.levels)
      for (const at of MODELS.keys()) {
        const credited = rows.flatMap((row) => row.credited[at] ?? [])
        const cents = credited.reduce((sum, { value }) => sum + BigInt(value.amount.replace('.', '')), 0n)
        expect(
          credited.reduce((sum, { conversions }) => sum + conversions, 0),
          level,
        ).toBeCloseTo(3, 9)
        expect(cents, level).toBe(45_000n)
      }
    const rows = made.levels[0]?.rows ?? []
    const channels = new Map(rows.map((row) => [row.names[0], row]))
    expect([...channels.keys()].sort()).toEqual(['google', 'radio', 'tiktok', 'unknown'])
    const linear = channels.get('google')?.credited.find(({ model }) => model === 'linear')
    expect(linear).toEqual({
      model: 'linear',
      conversions: 0.5,
      value: { amount: '150.00', currency: 'USD' },
      cpa: { amount: '60.00', currency: 'USD' },
      roas: 5,
    })
    expect(channels.get('radio')?.credited[0]).toMatchObject({ conversions: 0, cpa: null, roas: 0 })
  })

  it('reads in a terminal and as a page', async () => {
    const { exit, out } = await rig.cli('attribute', '--model', 'first,last', ...period)
    expect(exit).toBe(0)
    expect(out).toMatch(/^google +1\.00 +0\.00$/m)
    await rig.cli('attribute', '--model', 'first,last', ...period, '--format', 'html', '--out', 'a.html')
    expect(readFileSync(join(rig.home, 'a.html'), 'utf8')).toContain('brand')
  })

  it.each([
    [['--model', 'last'], /--from and --to, or a file with --paths/],
    [['--model', 'last', '--from', '2026-10-01'], /--from and --to, or a file/],
    [['--model', 'last', '--from', '2026-10-02', '--to', '2026-10-01'], /wrong way round/],
  ])('answers %j with exit 2', async (argv, text) => {
    const { exit, err } = await rig.cli('attribute', ...argv)
    expect(exit).toBe(2)
    expect(err.replaceAll('\n', ' ')).toMatch(text)
  })
})
