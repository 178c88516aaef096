import { z } from 'zod'
import { openAlerts } from '../../core/ledger/alerts.ts'
import { toIso } from '../../core/model/time.ts'
import type { AlertKind } from '../../core/pipeline/alerts/condition.ts'
import { alertOf } from '../../core/pipeline/alerts/look.ts'
import { operation } from './operation.ts'

/** The page of the console that helps with it. */
const PAGES: Record<AlertKind, string> = {
  parked_set: '/connections',
  token: '/connections',
  not_tried: '/connections',
  uncertain: '/deliveries?state=uncertain',
  held: '/deliveries?state=held',
  refused_alone: '/deliveries?state=waiting',
  rejected: '/deliveries?state=rejected',
  silence: '/sources',
  job: '/',
  insights: '/connections',
  account: '/connections',
  audit: '/',
  ledger: '/',
}

export const getAlerts = operation({
  route: 'GET /api/v1/alerts',
  id: 'listAlerts',
  summary: 'Tells what is wrong now, each with what to do',
  answers: {
    200: {
      description: 'oldest first',
      schema: z.object({
        alerts: z.array(
          z.object({
            id: z.int(),
            kind: z.string(),
            subject: z.string(),
            connectionId: z.string().nullable(),
            what: z.string(),
            remedy: z.string(),
            since: z.iso.datetime(),
            page: z.string().describe('the page of the console that helps'),
          }),
        ),
      }),
    },
  },
  async act(_call, { closeback: { ledger } }) {
    const rows = await openAlerts(ledger.db)
    const alerts = rows.map((row) => {
      const { kind, subject, connectionId, what, remedy } = alertOf(row)
      return {
        id: row.id,
        kind,
        subject,
        connectionId,
        what,
        remedy,
        since: toIso(row.since),
        page: PAGES[kind],
      }
    })
    return { status: 200, body: { alerts } }
  },
})
