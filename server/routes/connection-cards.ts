import { z } from 'zod'
import {
  ALL_CONNECTIONS,
  disconnectedConnections,
  parkedSets,
  pausedConnections,
} from '../../core/ledger/connections.ts'
import { countOpen } from '../../core/ledger/outbox-counts.ts'
import { lastAccepted } from '../../core/ledger/overview.ts'
import { toIso } from '../../core/model/time.ts'
import type { Connection } from '../../core/model/workspace.ts'
import { ConnectionCard } from '../openapi/console-shapes.ts'
import { operation } from './operation.ts'

type Card = z.infer<typeof ConnectionCard>

export const getConnections = operation({
  route: 'GET /api/v1/connections',
  id: 'listConnections',
  summary: 'Tells of each connection whether it sends, and what waits for it',
  answers: {
    200: {
      description: 'in the order of the settings',
      schema: z.object({
        revision: z.int(),
        paused: z.boolean().describe('nothing is sent to any'),
        connections: z.array(ConnectionCard),
      }),
    },
  },
  async act(_call, { closeback: { ledger, store } }) {
    const { workspace, revision } = store.current
    const ids = workspace.connections.map(({ id }) => id)
    const [paused, gone, parked, open, accepted] = await Promise.all([
      pausedConnections(ledger.db),
      disconnectedConnections(ledger.db),
      parkedSets(ledger.db),
      countOpen(ledger.reader),
      lastAccepted(ledger.reader, ids),
    ])
    const connections = workspace.connections.map((connection): Card => {
      const { id } = connection
      const sets = parked.filter((set) => set.connection_id === id)
      const count = (state: string) =>
        open.find((each) => each.connectionId === id && each.state === state)?.count ?? 0
      const last = accepted.get(id)
      return {
        ...described(connection),
        state: gone.has(id)
          ? 'disconnected'
          : paused.has(id) || paused.has(ALL_CONNECTIONS)
            ? 'paused'
            : sets.some(({ code }) => code.startsWith('401'))
              ? 'token_refused'
              : sets.length > 0
                ? 'parked'
                : 'active',
        lastAcceptedAt: last === undefined ? null : toIso(last),
        waiting: count('waiting') + count('in_flight'),
        held: count('held'),
        uncertain: count('uncertain'),
        parked: sets.map(({ event_source_id, parked_at, code, message, remedy }) => ({
          eventSourceId: event_source_id,
          since: toIso(parked_at),
          code,
          message,
          remedy,
        })),
      }
    })
    return { status: 200, body: { revision, paused: paused.has(ALL_CONNECTIONS), connections } }
  },
})

function described({ id, advertiserId, currency, timezone, eventSets, delivery, startAt }: Connection) {
  return {
    id,
    advertiserId,
    currency,
    timezone,
    eventSets: {
      web: eventSets.web ?? null,
      crm: eventSets.crm ?? null,
      offline: eventSets.offline ?? null,
      defaultPageUrl: eventSets.defaultPageUrl ?? null,
    },
    testEventCode: delivery.testEventCode ?? null,
    startAt: startAt ?? null,
  }
}
