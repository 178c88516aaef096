import type { Audit, AuditFigure, AuditFigures, AuditFinding } from '../model/audit.ts'
import type { Bucket, Reconciliation } from '../model/reconciliation.ts'
import { share } from '../model/share.ts'
import { HOUR } from '../model/time.ts'
import type { Workspace } from '../model/workspace.ts'

type Thresholds = NonNullable<Workspace['audits']>['thresholds']

/** What a report says of itself, and what the ledger and TikTok know beside it. */
export function auditFigures(
  report: Reconciliation,
  {
    received,
    attributed,
    brokenUtmShare,
    lagMs,
  }: { received: number; attributed: number; brokenUtmShare: number | null; lagMs: number | null },
): AuditFigures {
  const { reported, unexplained } = report
  const countOf = (bucket: Bucket) => report.buckets.find((each) => each.bucket === bucket)?.amount.count ?? 0
  const accepted = report.buckets.find(({ bucket }) => bucket === 'accepted')
  const clicks = accepted?.evidence.find(({ name }) => name === 'click')?.amount.count ?? 0
  return {
    unexplainedShare:
      reported === null || unexplained === null
        ? null
        : share(Math.abs(unexplained.count), Math.max(reported.count, Math.abs(unexplained.count))),
    matchRate: share(attributed, received),
    ttclidRate: share(clicks, countOf('accepted')),
    rejectedShare: share(countOf('rejected'), countOf('accepted') + countOf('rejected')),
    brokenUtmShare,
    lagHours: lagMs === null ? null : Math.round((lagMs / HOUR) * 100) / 100,
  }
}

interface Watched {
  /** In which direction it gets worse. */
  worse: 1 | -1
  /** How far it may go between two audits. */
  limit: keyof Thresholds
  name: string
  remedy: string
}

const WATCHED: Readonly<Record<AuditFigure, Watched>> = {
  unexplainedShare: {
    worse: 1,
    limit: 'unexplainedPoints',
    name: 'The unexplained share',
    remedy: 'Open the report: a test code, another sender on the set, or a changed window is the likeliest.',
  },
  matchRate: {
    worse: -1,
    limit: 'matchRatePoints',
    name: 'The share that TikTok attributes',
    remedy: 'Look whether e-mail, phone and click id still reach the CRM, and at the campaigns that ended.',
  },
  ttclidRate: {
    worse: -1,
    limit: 'ttclidPoints',
    name: 'The share of deals with a click id',
    remedy: 'Look whether forms and redirects still keep the ttclid: "closeback utm lint" first.',
  },
  rejectedShare: {
    worse: 1,
    limit: 'rejectedPoints',
    name: 'The share that TikTok rejects',
    remedy: 'Look at "closeback events --state rejected" and what TikTok said.',
  },
  brokenUtmShare: {
    worse: 1,
    limit: 'utmPoints',
    name: 'The share of clicks whose UTM values break the naming convention',
    remedy: 'Look at "closeback utm lint": it names the links, and "closeback utm build" makes better ones.',
  },
  lagHours: {
    worse: 1,
    limit: 'lagHours',
    name: 'The median time from stage change to delivery',
    remedy: 'Look whether the CRM still tells at once: "closeback check", then its webhooks.',
  },
}

/** What got worse since the audit before by more than its threshold, and what no audit may pass in silence. */
export function auditFindings(
  now: Pick<Audit, 'connectionId' | 'event' | 'figures' | 'madeAt'> & { alarm: boolean },
  before: Pick<Audit, 'figures' | 'madeAt'> | null,
  thresholds: Thresholds,
): AuditFinding[] {
  const findings: AuditFinding[] = []
  for (const [figure, { worse, limit, name, remedy }] of Object.entries(WATCHED) as [
    AuditFigure,
    Watched,
  ][]) {
    const to = now.figures[figure]
    const from = before?.figures[figure] ?? null
    if (to === null) continue
    const unit = figure === 'lagHours' ? 1 : 100
    const moved = from !== null && (to - from) * worse * unit > thresholds[limit]
    const alarmed = figure === 'unexplainedShare' && now.alarm
    if (!moved && !alarmed) continue
    const of = `${name} of ${now.connectionId} (${now.event})`
    const what = moved
      ? `${of} went from ${shown(figure, from)} to ${shown(figure, to)}.`
      : `${of} is ${shown(figure, to)}, though every day is final.`
    findings.push({ figure, from, to, since: moved && before ? before.madeAt : now.madeAt, what, remedy })
  }
  return findings
}

/** `12.5 %`, `3.2 h`. */
export function shown(figure: AuditFigure, value: number): string {
  return figure === 'lagHours' ? `${value.toFixed(1)} h` : `${(value * 100).toFixed(1)} %`
}
