import { describe, expect, it } from 'vitest'
import { auditFindings } from '../../core/analysis/audit.ts'
import type { AuditFigures } from '../../core/model/audit.ts'
import { DAY, HOUR } from '../../core/model/time.ts'
import { AUDITS } from '../../core/model/workspace.ts'
import { lookForTrouble } from '../../core/pipeline/alerts/look.ts'
import { auditDue } from '../../server/audit/audit-due.ts'
import { onBothEngines } from '../support/engines.ts'

const GOOD: AuditFigures = {
  unexplainedShare: 0,
  matchRate: 0.6,
  ttclidRate: 0.8,
  rejectedShare: 0.01,
  brokenUtmShare: 0.1,
  lagHours: 1,
}

describe('an audit', () => {
  const at = (madeAt: string, figures: Partial<AuditFigures>, alarm = false) => ({
    connectionId: 'us-brand',
    event: 'Purchase',
    madeAt,
    figures: { ...GOOD, ...figures },
    alarm,
  })
  const before = at('2026-11-16T06:00:00.000Z', {})
  const found = (now: ReturnType<typeof at>, last: ReturnType<typeof at> | null = before) =>
    auditFindings(now, last, AUDITS.thresholds)

  it.each<[keyof AuditFigures, number, number]>([
    ['unexplainedShare', 0.02, 0.021],
    ['matchRate', 0.501, 0.49],
    ['ttclidRate', 0.701, 0.69],
    ['rejectedShare', 0.0599, 0.0601],
    ['brokenUtmShare', 0.199, 0.201],
    ['lagHours', 13, 13.1],
  ])('tells of %s only when it got worse by more than its threshold', (figure, still, worse) => {
    expect(found(at('2026-11-23T06:00:00.000Z', { [figure]: still }))).toEqual([])
    const [finding, ...others] = found(at('2026-11-23T06:00:00.000Z', { [figure]: worse }))
    expect(others).toEqual([])
    expect(finding).toMatchObject({ figure, from: GOOD[figure], to: worse, since: before.madeAt })
    expect(finding?.what).toMatch(/ went from .* to .*\.$/)
    expect(finding?.remedy).toMatch(/\w\.$/)
  })

  it('says nothing of what got better, of what cannot be known, or of the first time', () => {
    const better = { matchRate: 0.9, ttclidRate: 1, rejectedShare: 0, lagHours: 0 }
    expect(found(at('2026-11-23T06:00:00.000Z', better))).toEqual([])
    expect(found(at('2026-11-23T06:00:00.000Z', { matchRate: null, lagHours: null }))).toEqual([])
    expect(found(at('2026-11-23T06:00:00.000Z', { ttclidRate: 0 }), null)).toEqual([])
  })

  it('always tells of what stays unexplained on final days', () => {
    const now = at('2026-11-23T06:00:00.000Z', { unexplainedShare: 0.01 }, true)
    expect(found(now, null)).toMatchObject([{ figure: 'unexplainedShare', from: null, since: now.madeAt }])
  })
})

onBothEngines('audits', (pairOf) => {
  it('are made once a week, caught up when missed, and alert on what got worse until the next', async () => {
    // A Monday, after the hour of audits.
    const pair = await pairOf({ start: Date.parse('2026-11-16T07:00:00Z') })
    const audit = () => auditDue(pair.closeback, () => true)
    const { db } = pair.closeback.ledger
    const count = async () => (await db.selectFrom('audits').select('id').execute()).length
    const deal = (n: number, click: object) => ({
      id: `evt-${n}`,
      record: { type: 'deal', id: `D-${n}` },
      stage: 'won',
      occurredAt: new Date(pair.clock.now() - HOUR).toISOString(),
      amount: '10.00',
      currency: 'USD',
      contact: { email: `ada${n}@example.com` },
      ...click,
    })
    const week = async (from: number, click: (n: number) => object) => {
      await pair.post(Array.from({ length: 10 }, (_, n) => deal(from + n, click(n))))
      await pair.cycle()
      pair.clock.pass(7 * DAY)
    }
    const visited = () => new Date(pair.clock.now() - 2 * HOUR).toISOString()
    const utm = { source: 'tiktok', medium: 'paid_social', campaign: 'spring' }
    await week(0, (n) => ({ click: { ttclid: `E.C.P.${n}`, clickedAt: visited() }, utm }))
    await audit()
    await audit()
    expect(await count()).toBe(1)
    await week(100, () => ({ touches: [{ at: visited(), utm: { source: 'TikTok', medium: 'cpc' } }] }))
    // The host was away on Monday.
    pair.clock.pass(2 * DAY)
    await audit()
    expect(await count()).toBe(2)
    await lookForTrouble(pair.closeback.pipeline, { jobs: [], notTried: [] })
    const alerts = await db.selectFrom('alerts').selectAll().where('kind', '=', 'audit').execute()
    expect(
      Object.fromEntries(alerts.map(({ subject, detail }) => [subject, JSON.parse(detail).what])),
    ).toEqual({
      'us-brand/Purchase/ttclidRate': expect.stringContaining('went from 100.0 % to 50.0 %'),
      'us-brand/Purchase/brokenUtmShare': expect.stringContaining('went from 0.0 % to 50.0 %'),
    })
  })
})
