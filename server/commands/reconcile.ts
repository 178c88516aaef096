import { resolve } from 'node:path'
import { makeReconciliations, type ReportOrder } from '../reconciliation/make-reports.ts'
import { readCrmFile } from '../reconciliation/read-crm-file.ts'
import { reconciliationCsv } from '../reconciliation/reconciliation-csv.ts'
import { reconciliationText } from '../reconciliation/reconciliation-text.ts'
import type { Terminal } from '../terminal/terminal.ts'
import type { Outcome } from './outcome.ts'
import type { ReportFormat } from './report-format.ts'
import { withCloseback } from './with-closeback.ts'

export interface ReconcileOptions extends Omit<ReportOrder, 'crm'> {
  crmFile: string | null
  format: ReportFormat
  file: string | null
}

/** The three-way report; exit 0 whatever it finds, because it was made. */
export async function reconcileBooks(
  terminal: Terminal,
  { crmFile, format, file, ...order }: ReconcileOptions,
): Promise<Outcome> {
  return withCloseback(terminal, async (closeback) => {
    const { connections, sources } = closeback.store.current.workspace
    const connection = connections.find(({ id }) => id === order.connectionId) ?? connections[0]
    const crm =
      crmFile === null
        ? null
        : {
            name: crmFile,
            deals: await readCrmFile(resolve(terminal.cwd, crmFile), {
              sourceIds: sources.map(({ id }) => id),
              timezone: connection?.timezone ?? 'UTC',
              currency: connection?.currency ?? 'USD',
            }),
          }
    const reports = await makeReconciliations(closeback, { ...order, crm })
    return { exit: 0, document: { reports }, text: await written(), file }

    async function written(): Promise<string> {
      if (format === 'json') return ''
      if (format === 'csv') return reconciliationCsv(reports)
      if (format === 'table')
        return reports.map((report) => reconciliationText(report, terminal.width)).join('\n')
      const { reconciliationPage } = await import('../reconciliation/reconciliation-page.ts')
      return reconciliationPage(reports)
    }
  })
}
