import { z } from 'zod'
import { Reconciliation } from '../../core/model/reconciliation.ts'
import { makeReconciliations } from '../reconciliation/make-reports.ts'
import { operation } from './operation.ts'
import { Day, Name } from './parameters.ts'

export const getReconciliation = operation({
  route: 'GET /api/v1/reports/reconciliation',
  id: 'reconcile',
  summary: "Holds the CRM's book, what was delivered and what TikTok reports against each other",
  description: 'One report a connection and event; docs/reconciliation.md says what each figure is.',
  query: z.object({
    from: Day,
    to: Day,
    connection: Name.optional(),
    event: Name.optional(),
    asOf: Day.optional(),
  }),
  answers: {
    200: { description: 'the reports', schema: z.object({ reports: z.array(Reconciliation) }) },
    404: { description: 'there is no such connection' },
  },
  async act({ query }, { closeback }) {
    const { from, to, connection = null, event = null, asOf = null } = query
    const order = { from, to, connectionId: connection, event, asOf, crm: null }
    return { status: 200, body: { reports: await makeReconciliations(closeback, order) } }
  },
})
