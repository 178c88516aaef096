import { beforeAll, describe, expect, it } from 'vitest'
import type { Advice } from '../../../core/model/advice.ts'
import { learnExpectedValues } from '../../../server/advice/expected-values.ts'
import { withCloseback } from '../../../server/commands/with-closeback.ts'
import type { Terminal } from '../../../server/terminal/terminal.ts'
import { cliRig, item, WORKSPACE } from './rig.ts'

const DAY = 86_400_000
const RULE = `  - id: qualified
    source: "*"
    when: { stage: qualified }
    audience: any
    send: { event: Lead, to: [us-brand], value: { expected: true } }
`

describe('advise', () => {
  const rig = cliRig()
  const ago = (days: number) => new Date(Date.now() - days * DAY).toISOString()
  const person = (n: number) => ({ contact: { email: `person.${n}@example.com` } })
  const click = (days: number, n: number) => ({ click: { ttclid: `E.C.P.${n}`, clickedAt: ago(days) } })

  beforeAll(async () => {
    rig.file('ws.yaml', WORKSPACE + RULE)
    await rig.cli('apply', 'ws.yaml')
  })

  it('holds what has no expected value yet, and says why', async () => {
    await rig.post([item('N-1', 'qualified', { ...person(1000), ...click(1, 1000) })])
    await rig.cli('push')
    const { out } = await rig.cli('explain', 'shop-crm', 'N-1')
    expect(out.replaceAll('\n', ' ')).toMatch(/not known yet; +it is learned every day/)
    const { events } = (await rig.json('events', 'events', '--state', 'held')) as {
      events: { holdReason: string }[]
    }
    expect(events.map(({ holdReason }) => holdReason)).toEqual(['no_value_yet'])
  })

  it('learns what the stage is worth, and lets go of what waited for it', async () => {
    const deals = Array.from({ length: 40 }, (_, n) => n)
    await rig.post(
      deals.map((n) => item(`D-${n}`, 'qualified', { occurredAt: ago(60), ...person(n), ...click(62, n) })),
    )
    await rig.post(
      deals
        .filter((n) => n % 4 === 0)
        .map((n) =>
          item(`D-${n}`, 'won', { occurredAt: ago(50), amount: '200.00', ...person(n), ...click(62, n) }),
        ),
    )
    await rig.cli('push')
    const { advice } = (await rig.json('advise', 'advise')) as { advice: Advice[] }
    const stage = advice[0]?.stages.find(({ milestone }) => milestone === 'qualified')
    expect(stage).toMatchObject({
      wonShare: 0.25,
      expected: { value: { amount: '50.00', currency: 'USD' }, deals: 40 },
    })
    expect(stage?.lagDays).toMatchObject({ p50: 2, p90: 2 })

    const terminal = { env: rig.env, cwd: rig.home, now: Date.now, err: () => {} } as unknown as Terminal
    expect(await withCloseback(terminal, learnExpectedValues)).toBe(1)
    // Once a day.
    expect(await withCloseback(terminal, learnExpectedValues)).toBe(0)
    await rig.cli('push')
    const { events } = (await rig.json('events', 'events', '--limit', '1000')) as {
      events: { ruleId: string; state: string; record: { id: string }; value: unknown }[]
    }
    const sent = events.find(({ record, ruleId }) => record.id === 'N-1' && ruleId === 'qualified')
    expect(sent).toMatchObject({ state: 'accepted', value: { amount: '50.00', currency: 'USD' } })
  })

  it('reads in a terminal', async () => {
    const { exit, out } = await rig.cli('advise')
    expect(exit).toBe(0)
    expect(out).toMatch(/^us-brand: let TikTok optimise on/)
  })

  it('refuses an expected value for what is won already', async () => {
    rig.file('wrong.yaml', WORKSPACE.replace('{ from: amount }', '{ expected: true }'))
    const { exit, err } = await rig.cli('apply', 'wrong.yaml')
    expect(exit).toBe(2)
    expect(err.replaceAll('\n', ' ')).toMatch(/a deal that is won is worth its amount/)
  })
})
