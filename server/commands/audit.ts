import { shown } from '../../core/analysis/audit.ts'
import type { Audit, AuditFigure } from '../../core/model/audit.ts'
import { makeAudits } from '../audit/make-audits.ts'
import { type Column, table } from '../terminal/table.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { wrap } from '../terminal/wrap.ts'
import { known } from './known.ts'
import type { Outcome } from './outcome.ts'
import { withCloseback } from './with-closeback.ts'

const FIGURES: readonly [AuditFigure, string][] = [
  ['unexplainedShare', 'unexplained'],
  ['matchRate', 'matched'],
  ['ttclidRate', 'ttclid'],
  ['rejectedShare', 'rejected'],
  ['brokenUtmShare', 'bad UTM'],
  ['lagHours', 'lag'],
]

/** Audits now, one connection or all, and keeps it; exit 1 when something got worse. */
export async function audit(
  terminal: Terminal,
  { connectionId }: { connectionId: string | null },
): Promise<Outcome> {
  return withCloseback(terminal, async (closeback) => {
    const { connections } = closeback.store.current.workspace
    if (connectionId !== null) known('connection', connectionId, connections)
    const audits: Audit[] = []
    for (const connection of connections) {
      if (connectionId === null || connection.id === connectionId)
        audits.push(...(await makeAudits(closeback, connection)))
    }
    const found = audits.some(({ findings }) => findings.length > 0)
    return { exit: found ? 1 : 0, document: { audits }, text: textOf(audits, terminal) }
  })
}

function textOf(audits: readonly Audit[], { width }: Terminal): string {
  const [first] = audits
  if (!first) return 'There is nothing to audit: no rule sends to a connection.\n'
  const columns: Column[] = [
    { title: 'connection', shrink: true },
    { title: 'event', shrink: true },
    ...FIGURES.map(([, title]) => ({ title, align: 'right' as const })),
  ]
  const rows = audits.map(({ connectionId, event, figures }) => ({
    cells: [
      connectionId,
      event,
      ...FIGURES.map(([figure]) => {
        const value = figures[figure]
        return value === null ? '-' : shown(figure, value)
      }),
    ],
    note: '',
  }))
  const findings = audits.flatMap((each) => each.findings)
  const lines = findings.map(({ what, remedy }) => wrap(`${what} ${remedy}`, width, '  '))
  if (lines.length === 0) lines.push('Nothing got worse than its threshold allows.')
  return `${first.from} to ${first.to}\n\n${table(columns, rows, width)}\n${lines.join('\n')}\n`
}
