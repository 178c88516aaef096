import { z } from 'zod'
import { dealById } from '../../core/ledger/deals.ts'
import { deliveriesById } from '../../core/ledger/deliveries.ts'
import { listDeliveries } from '../../core/ledger/delivery-list.ts'
import { deliveryView } from '../../core/ledger/delivery-view.ts'
import { DELIVERY_STATES } from '../../core/model/delivery.ts'
import { ClosebackError } from '../../core/model/errors.ts'
import { Delivery } from '../openapi/shapes.ts'
import { operation } from './operation.ts'
import { Name, NumberText } from './parameters.ts'

const MAX_PAGE = 500
const Moment = z.iso.datetime({ offset: true })

export const getDeliveries = operation({
  route: 'GET /api/v1/deliveries',
  id: 'listDeliveries',
  summary: 'Lists deliveries, newest first',
  query: z.strictObject({
    state: z.enum(DELIVERY_STATES).optional(),
    connection: Name.optional(),
    source: Name.optional(),
    event: Name.optional(),
    code: Name.describe('what TikTok answered').optional(),
    search: z.string().min(1).max(1000).describe('the id of a record, or an event id').optional(),
    from: Moment.describe('only those made at this moment or later').optional(),
    to: Moment.describe('only those made before').optional(),
    before: NumberText.describe('only deliveries with a smaller id: `before` of the last page').optional(),
    limit: NumberText.refine((limit) => limit <= MAX_PAGE, `at most ${MAX_PAGE}`).optional(),
  }),
  answers: {
    200: {
      description: 'one page',
      schema: z.object({
        deliveries: z.array(Delivery),
        before: z.int().nullable().describe('for the next page; null when this is the last'),
      }),
    },
  },
  async act({ query }, { closeback: { ledger } }) {
    const { state, connection, source, event, code, search, from, to, before, limit = 50 } = query
    const rows = await listDeliveries(ledger.reader, {
      limit: limit + 1,
      ...(state && { state }),
      ...(connection && { connectionId: connection }),
      ...(source && { sourceId: source }),
      ...(event && { event }),
      ...(code && { code }),
      ...(search && { search }),
      ...(from && { from: Date.parse(from) }),
      ...(to && { to: Date.parse(to) }),
      ...(before !== undefined && { before }),
    })
    const page = rows.slice(0, limit)
    const deliveries = page.map((row) => deliveryView(row, { type: row.record_type, id: row.record_id }))
    const next = rows.length > limit ? (page.at(-1)?.id ?? null) : null
    return { status: 200, body: { deliveries, before: next } }
  },
})

export const getDelivery = operation({
  route: 'GET /api/v1/deliveries/{id}',
  id: 'getDelivery',
  summary: 'Reads one delivery',
  path: z.object({ id: NumberText }),
  answers: { 200: { description: 'the delivery', schema: Delivery }, 404: { description: 'there is none' } },
  async act({ path: { id } }, { closeback: { ledger } }) {
    const [row] = await deliveriesById(ledger.db, [id])
    const deal = row && (await dealById(ledger.db, row.deal_id))
    if (!row || !deal) {
      throw new ClosebackError('not_found', `There is no delivery ${id}.`, {
        remedy: 'List them with GET /api/v1/deliveries.',
      })
    }
    return { status: 200, body: deliveryView(row, deal.record) }
  },
})
