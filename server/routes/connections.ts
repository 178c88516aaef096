import { z } from 'zod'
import { pause, resume } from '../../core/pipeline/decide.ts'
import type { RouteName } from '../auth/permissions.ts'
import { operation } from './operation.ts'
import { Name } from './parameters.ts'

const Switched = z.object({
  connectionId: z.string().nullable().describe('null: all of them'),
  paused: z.boolean(),
})

function switchOne(verb: 'pause' | 'resume', summary: string) {
  return operation({
    route: `POST /api/v1/connections/{id}/${verb}` satisfies RouteName,
    id: `${verb}Connection`,
    summary,
    path: z.object({ id: Name }),
    answers: {
      200: { description: 'done', schema: Switched },
      404: { description: 'there is no such connection' },
    },
    async act({ path: { id }, actor }, { closeback: { pipeline } }) {
      await (verb === 'pause' ? pause : resume)(pipeline, id, actor ?? 'api')
      return { status: 200, body: { connectionId: id, paused: verb === 'pause' } }
    },
  })
}

function switchAll(verb: 'pause' | 'resume', summary: string) {
  return operation({
    route: `POST /api/v1/${verb}` satisfies RouteName,
    id: `${verb}All`,
    summary,
    answers: { 200: { description: 'done', schema: Switched } },
    async act({ actor }, { closeback: { pipeline } }) {
      await (verb === 'pause' ? pause : resume)(pipeline, null, actor ?? 'api')
      return { status: 200, body: { connectionId: null, paused: verb === 'pause' } }
    },
  })
}

export const switches = [
  switchAll('pause', 'Sends nothing to any connection until resumed; messages are still received'),
  switchAll('resume', 'Sends to all connections again, and tries parked event sets at once'),
  switchOne('pause', 'Sends nothing to this connection until resumed; messages are still received'),
  switchOne('resume', 'Sends to this connection again, and tries its parked event sets at once'),
]
