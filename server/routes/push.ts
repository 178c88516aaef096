import { z } from 'zod'
import { PushResult } from '../openapi/shapes.ts'
import { operation } from './operation.ts'

export const pushNow = operation({
  route: 'POST /api/v1/push',
  id: 'push',
  summary: 'Runs one push cycle and answers when it is done',
  description: 'After the cycle that may be running. The host does this by itself every two minutes.',
  body: z.strictObject({
    now: z.boolean().default(false).describe('also send what waits for its back-off'),
  }),
  answers: { 200: { description: 'what the cycle did', schema: PushResult } },
  async act({ body }, { jobs }) {
    return { status: 200, body: await jobs.push(body) }
  },
})
