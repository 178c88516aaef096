import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { hashIdentity } from '../../core/identity/hash-identity.ts'
import { emptyRawIdentity } from '../../core/identity/identity.ts'
import { addEntry } from '../../core/ledger/journal.ts'
import type { Conversion, Route } from '../../core/model/delivery.ts'
import { ClosebackError } from '../../core/model/errors.ts'
import type { Connection } from '../../core/model/workspace.ts'
import { bodyOf } from '../../core/tiktok/batch.ts'
import { trackEvents } from '../../core/tiktok/events.ts'
import { judge } from '../../core/tiktok/outcome.ts'
import { payloadOf } from '../../core/tiktok/payload.ts'
import { checkConnection } from '../commands/check-connection.ts'
import { FindingShape } from '../openapi/source-shapes.ts'
import { entryOf } from '../workspace-edit.ts'
import { operation } from './operation.ts'
import { Name } from './parameters.ts'

const path = z.object({ id: Name })
const UNKNOWN = { 404: { description: 'there is no such connection' } }

/** What a connection can be asked without anything of the ledger being sent. */
export const connectionTries = [
  operation({
    route: 'POST /api/v1/connections/{id}/check',
    id: 'checkConnection',
    summary: 'Asks TikTok whether token, account and event sets are as the settings say; sends no event',
    path,
    answers: {
      200: { description: 'what was found', schema: z.object({ findings: z.array(FindingShape) }) },
      ...UNKNOWN,
    },
    async act({ path: { id } }, { closeback }) {
      const connection = entryOf(closeback.store.current.workspace.connections, 'connection', id)
      const { findings } = await checkConnection(closeback, connection)
      return { status: 200, body: { findings } }
    },
  }),
  operation({
    route: 'POST /api/v1/connections/{id}/test',
    id: 'sendTestEvent',
    summary: 'Sends one made-up event to the Test Events tab of Events Manager and shows TikTok’s answer',
    path,
    body: z.strictObject({
      code: z
        .string()
        .trim()
        .regex(/^\w{3,32}$/, 'use the code that the Test Events tab shows, such as TEST12345'),
      route: z
        .enum(['web', 'crm', 'offline'])
        .optional()
        .describe('the first event set there is, unless told'),
    }),
    answers: {
      200: {
        description: 'what TikTok said',
        schema: z.object({
          accepted: z.boolean(),
          route: z.enum(['web', 'crm', 'offline']),
          event: z.string(),
          code: z.string(),
          message: z.string(),
          remedy: z.string(),
        }),
      },
      ...UNKNOWN,
    },
    async act({ path: { id }, body: { code, route: asked }, actor }, { closeback }) {
      const { ledger, pipeline, tiktok, store } = closeback
      const connection = entryOf(store.current.workspace.connections, 'connection', id)
      const route = asked ?? firstRoute(connection)
      const eventSourceId = connection.eventSets[route]
      if (eventSourceId === undefined) throw noSet(route)
      const conversion = sampleOf(connection, route, eventSourceId, ledger.now())
      const body = bodyOf({ route, eventSourceId, testEventCode: code }, [payloadOf(conversion)])
      const answer = await trackEvents(tiktok, { token: await pipeline.eventsToken(id), body })
      const { outcome, ...verdict } = judge(answer)
      const detail = `${outcome} ${verdict.code}`
      const entry = {
        at: ledger.now(),
        actor: actor ?? 'api',
        verb: 'test event',
        subject: `connection ${id}`,
      }
      await addEntry(ledger.db, { ...entry, detail })
      const { message, remedy } = verdict
      const said = { route, event: conversion.event, code: verdict.code, message, remedy }
      return { status: 200, body: { accepted: outcome === 'accepted', ...said } }
    },
  }),
]

function firstRoute({ eventSets }: Connection): Route {
  return (['web', 'crm', 'offline'] as const).find((route) => eventSets[route] !== undefined) ?? 'web'
}

/** Nobody: an address and a number that are kept for examples. */
function sampleOf(connection: Connection, route: Route, eventSourceId: string, now: number): Conversion {
  const raw = { ...emptyRawIdentity(), email: ['test@example.com'], phone: ['+14155550100'] }
  return {
    route,
    eventSourceId,
    event: 'Lead',
    eventId: `closeback-test-${randomUUID()}`,
    occurredAt: now,
    identity: hashIdentity(raw, { defaultCountry: null, externalIdCase: 'exact' }),
    ttclid: null,
    ttp: null,
    leadId: route === 'crm' ? '10000000000000' : null,
    leadEventSource: route === 'crm' ? 'Closeback' : null,
    pageUrl: connection.eventSets.defaultPageUrl ?? 'https://example.com/',
    referrer: null,
    value: null,
    orderId: null,
    contents: null,
    limitedDataUse: null,
  }
}

function noSet(route: Route): ClosebackError {
  return new ClosebackError('invalid', `This connection has no ${route} event set.`, {
    remedy: 'Choose one that it has.',
    issues: [{ path: 'body/route', message: 'is not set for this connection' }],
  })
}
