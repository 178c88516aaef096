import { auditFigures, auditFindings } from '../../core/analysis/audit.ts'
import { addAudit, lastAudit } from '../../core/ledger/audits.ts'
import { medianLag } from '../../core/ledger/delivery-lag.ts'
import { eventSetStats } from '../../core/ledger/event-set-stats.ts'
import { countedAs } from '../../core/mapping/catalogue.ts'
import { eventRules } from '../../core/mapping/event-rules.ts'
import { accountDay, addDays, dayEnd, dayStart } from '../../core/model/account-day.ts'
import type { Audit } from '../../core/model/audit.ts'
import { toIso } from '../../core/model/time.ts'
import { AUDITS, type Connection } from '../../core/model/workspace.ts'
import { brokenShare, knownCampaigns, lintSeen } from '../../core/pipeline/utm-lint.ts'
import type { Closeback } from '../compose.ts'
import { makeReconciliations } from '../reconciliation/make-reports.ts'

/**
 * Audits a connection: reconciles the last days that have ended, holds what comes out against the audit before, and keeps it.
 * Nothing where no rule sends to the connection.
 */
export async function makeAudits(closeback: Closeback, connection: Connection): Promise<Audit[]> {
  const { ledger, store } = closeback
  const { workspace } = store.current
  const events = eventRules(workspace, connection.id)
  if (events.length === 0) return []
  const { days, thresholds } = workspace.audits ?? AUDITS
  const { id: connectionId, timezone } = connection
  const now = ledger.now()
  const to = addDays(accountDay(now, timezone), -1)
  const from = addDays(to, 1 - days)
  const order = { from, to, connectionId, event: null, asOf: null, crm: null }
  const stats = await eventSetStats(ledger.reader, { connectionId, from, to })
  const campaigns = await knownCampaigns(
    ledger,
    workspace.connections.map(({ id }) => id),
  )
  const brokenUtmShare = brokenShare(await lintSeen(ledger, { since: dayStart(from, timezone), campaigns }))
  const audits: Audit[] = []
  for (const report of await makeReconciliations(closeback, order)) {
    const { event } = report
    const names = events.find((rules) => rules.event === event)?.names ?? [event]
    const own = stats.filter((each) => countedAs(each.event) === event)
    const figures = auditFigures(report, {
      received: own.reduce((sum, each) => sum + each.received, 0),
      attributed: own.reduce((sum, each) => sum + each.attributed, 0),
      brokenUtmShare,
      lagMs: await medianLag(ledger.reader, {
        connectionId,
        events: names,
        from: dayStart(from, timezone),
        to: dayEnd(to, timezone),
      }),
    })
    const made = { connectionId, event, from, to, madeAt: toIso(now), figures }
    const before = await lastAudit(ledger.db, made)
    const findings = auditFindings({ ...made, alarm: report.alarm }, before, thresholds)
    const audit = { ...made, findings, report }
    await addAudit(ledger.db, audit)
    audits.push(audit)
  }
  return audits
}
