import { z } from 'zod'
import { insightDays } from '../../core/ledger/insight-days.ts'
import { listInsights } from '../../core/ledger/insights.ts'
import { type InsightDay, insightDayState } from '../../core/model/insight-day.ts'
import { toIso } from '../../core/model/time.ts'
import type { Connection } from '../../core/model/workspace.ts'
import { known } from '../commands/known.ts'
import type { Host } from '../host.ts'
import { DayState, InsightShape, insightView } from '../openapi/insight-shapes.ts'
import { operation } from './operation.ts'
import { Name, NumberText } from './parameters.ts'

const MAX_PAGE = 1000

const Period = {
  connection: Name,
  from: z.iso.date().describe('first account day'),
  to: z.iso.date().describe('last account day'),
}

export const listInsightRows = operation({
  route: 'GET /api/v1/insights',
  id: 'listInsights',
  summary: 'Lists what TikTok reported, by account day and id',
  description:
    'As pulled last. Add up rows of one level only: a campaign’s row contains its ads’ already. Money is in the account’s currency.',
  query: z.strictObject({
    ...Period,
    level: z.enum(['account', 'campaign', 'ad_group', 'ad']).default('campaign'),
    id: Name.describe('only of this account, campaign, ad group or ad').optional(),
    after: z
      .string()
      .regex(/^\d{4}-\d\d-\d\d .{1,64}$/)
      .describe('only what comes behind it: `after` of the last page')
      .optional(),
    limit: NumberText.refine((limit) => limit <= MAX_PAGE, `at most ${MAX_PAGE}`).optional(),
  }),
  answers: {
    200: {
      description: 'one page',
      schema: z.object({
        insights: z.array(InsightShape),
        after: z.string().nullable().describe('for the next page; null when this is the last'),
      }),
    },
    404: { description: 'there is no such connection' },
  },
  async act({ query }, host) {
    const { connection: connectionId, from, to, level, id, after, limit = 200 } = query
    const { reader } = host.closeback.ledger
    const connection = await connectionOf(host, connectionId)
    const period = { connectionId, from, to }
    const [day = '', entityId = ''] = after?.split(/ (.*)/) ?? []
    const [rows, days] = await Promise.all([
      listInsights(reader, {
        ...period,
        level,
        entityId: id,
        after: after === undefined ? null : { day, entityId },
        limit: limit + 1,
      }),
      insightDays(reader, period),
    ])
    const byDay = new Map(days.map((each) => [each.day, each]))
    const page = rows.slice(0, limit)
    const last = page.at(-1)
    return {
      status: 200,
      body: {
        insights: page.map((row) => {
          const known = byDay.get(row.day)
          const state = known ? stateOf(known, connection, host) : 'incomplete'
          return insightView(row, { state, currency: known?.currency ?? connection.currency })
        }),
        after: rows.length > limit && last ? `${last.day} ${last.entityId}` : null,
      },
    }
  },
})

export const getInsightDays = operation({
  route: 'GET /api/v1/insights/days',
  id: 'listInsightDays',
  summary: 'Tells what TikTok’s figures of each account day are worth',
  query: z.strictObject(Period),
  answers: {
    200: {
      description: 'the days that were ever pulled or tried',
      schema: z.object({
        days: z.array(
          z.object({
            day: z.iso.date(),
            state: DayState,
            pulledAt: z.iso.datetime().nullable().describe('when all of it was pulled last'),
            problem: z.string().describe('what the last pull lacked; empty when nothing'),
            timezone: z.string(),
            currency: z.string(),
          }),
        ),
      }),
    },
    404: { description: 'there is no such connection' },
  },
  async act({ query: { connection: connectionId, from, to } }, host) {
    const connection = await connectionOf(host, connectionId)
    const days = await insightDays(host.closeback.ledger.reader, { connectionId, from, to })
    return {
      status: 200,
      body: {
        days: days.map((known) => ({
          day: known.day,
          state: stateOf(known, connection, host),
          pulledAt: known.completeAt === null ? null : toIso(known.completeAt),
          problem: known.problem,
          timezone: known.timezone,
          currency: known.currency,
        })),
      },
    }
  },
})

async function connectionOf({ closeback }: Host, id: string): Promise<Connection> {
  const { connections } = await closeback.pipeline.settings()
  known('connection', id, [...connections.values()])
  return connections.get(id) as Connection
}

function stateOf(day: InsightDay, { timezone, insights }: Connection, { closeback }: Host) {
  const { correctionHour } = insights
  return insightDayState(day, { now: closeback.ledger.now(), timezone, correctionHour })
}
