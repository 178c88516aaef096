import { z } from 'zod'
import { DEFAULT_MODEL_OPTIONS } from '../../core/analysis/attribution/models.ts'
import { Advice } from '../../core/model/advice.ts'
import { LedgerAttribution, MODELS } from '../../core/model/attribution.ts'
import { Reconciliation } from '../../core/model/reconciliation.ts'
import { makeAdvice } from '../advice/make-advice.ts'
import { makeAttribution } from '../attribution/make-attribution.ts'
import { makeReconciliations } from '../reconciliation/make-reports.ts'
import { operation } from './operation.ts'
import { Day, Name, NumberText } from './parameters.ts'

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

export const getAttribution = operation({
  route: 'GET /api/v1/reports/attribution',
  id: 'attribute',
  summary: 'Credits channels, campaigns, ad groups and ads with the deals that were won',
  description: 'docs/attribution.md defines the models.',
  query: z.object({
    from: Day,
    to: Day,
    connection: Name.optional().describe('may be left out when there is one'),
    models: z
      .string()
      .default('last')
      .transform((text) => text.split(',').map((name) => name.trim()))
      .pipe(z.array(z.enum(MODELS)).min(1))
      .describe(`one or several of ${MODELS.join(', ')}, separated by commas`),
    lookback: NumberText.optional().describe('days before the win that touches count in; 90 when left out'),
  }),
  answers: {
    200: { description: 'the report', schema: LedgerAttribution },
    404: { description: 'there is no such connection' },
  },
  async act({ query: { from, to, connection = null, models, lookback = 90 } }, { closeback }) {
    const order = {
      from,
      to,
      connectionId: connection,
      lookbackDays: lookback,
      models,
      how: DEFAULT_MODEL_OPTIONS,
    }
    return { status: 200, body: await makeAttribution(closeback, order) }
  },
})

export const getAdvice = operation({
  route: 'GET /api/v1/reports/advice',
  id: 'advise',
  summary: 'Says which stage TikTok should optimise on, and what it is worth',
  description: 'One piece of advice a connection; docs/advice.md says how it is found.',
  query: z.object({ connection: Name.optional() }),
  answers: {
    200: { description: 'the advice', schema: z.object({ advice: z.array(Advice) }) },
    404: { description: 'there is no such connection' },
  },
  async act({ query: { connection = null } }, { closeback }) {
    return {
      status: 200,
      body: { advice: await makeAdvice(closeback, { connectionId: connection, asOf: null }) },
    }
  },
})
