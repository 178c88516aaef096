import { z } from 'zod'
import { deliveriesById } from '../../core/ledger/deliveries.ts'
import { ClosebackError } from '../../core/model/errors.ts'
import { masked } from '../auth/masked.ts'
import { operation } from './operation.ts'
import { NumberText } from './parameters.ts'

const Json = z.record(z.string(), z.json())

export const getPayload = operation({
  route: 'GET /api/v1/deliveries/{id}/payload',
  id: 'getPayload',
  summary: 'Reads the event of a delivery as TikTok got it, or would get it',
  description: 'A viewer sees which identifiers there are, not their hashes.',
  path: z.object({ id: NumberText }),
  answers: {
    200: {
      description: 'the event',
      schema: z.object({
        payload: Json.nullable().describe(
          'null: it was never complete, was erased, or is past its retention',
        ),
        masked: z.boolean(),
      }),
    },
    404: { description: 'there is no such delivery' },
  },
  async act({ path: { id }, role }, { closeback: { ledger } }) {
    const [row] = await deliveriesById(ledger.db, [id])
    if (!row) {
      throw new ClosebackError('not_found', `There is no delivery ${id}.`, {
        remedy: 'List them with GET /api/v1/deliveries.',
      })
    }
    const payload = row.payload ? (JSON.parse(row.payload) as z.infer<typeof Json>) : null
    const hides = role === 'viewer'
    return { status: 200, body: { payload: hides && payload ? masked(payload) : payload, masked: hides } }
  },
})
