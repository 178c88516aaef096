import { ALL_CONNECTIONS, parkedSets, pausedConnections } from '../../core/ledger/connections.ts'
import { countDeliveries } from '../../core/ledger/deliveries.ts'
import { countNewTickets } from '../../core/ledger/inbox.ts'
import { toDecimal } from '../../core/model/money.ts'
import { toIso } from '../../core/model/time.ts'
import { Status } from '../openapi/shapes.ts'
import { operation } from './operation.ts'

export const getStatus = operation({
  route: 'GET /api/v1/status',
  id: 'getStatus',
  summary: 'Tells how every connection is doing, what waits, and what the last push did',
  answers: { 200: { description: 'the state of things', schema: Status } },
  async act(_call, { closeback, jobs }) {
    const { ledger, store } = closeback
    // Counted in the reader: a million deliveries take a second, which no sender should wait for.
    const [paused, parked, unread, counts] = await Promise.all([
      pausedConnections(ledger.db),
      parkedSets(ledger.db),
      countNewTickets(ledger.reader),
      countDeliveries(ledger.reader),
    ])
    const { workspace, revision } = store.current
    const last = jobs.lastPush()
    return {
      status: 200,
      body: {
        revision,
        paused: paused.has(ALL_CONNECTIONS),
        unread,
        connections: workspace.connections.map(({ id }) => ({
          id,
          paused: paused.has(id) || paused.has(ALL_CONNECTIONS),
          parked: parked
            .filter((set) => set.connection_id === id)
            .map(({ event_source_id, parked_at, code, message, remedy }) => ({
              eventSourceId: event_source_id,
              since: toIso(parked_at),
              code,
              message,
              remedy,
            })),
        })),
        deliveries: counts.map(({ total, currency, ...rest }) => ({
          ...rest,
          total: currency === null ? null : { amount: toDecimal(total, currency), currency },
        })),
        lastPush: last && { endedAt: toIso(last.endedAt), report: last.report },
      },
    }
  },
})
