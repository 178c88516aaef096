import { z } from 'zod'
import type { WorkspaceInput } from '../../core/model/workspace.ts'
import { WorkspaceShape } from '../openapi/shapes.ts'
import { editWorkspace } from '../workspace-edit.ts'
import { operation } from './operation.ts'

const { rates, retention, alerts } = WorkspaceShape.shape

export const putSettings = operation({
  route: 'PUT /api/v1/settings',
  id: 'saveSettings',
  summary: 'Makes rates, retention or alerts what the body says; what it leaves out stays',
  body: z.strictObject({
    base: z.int(),
    rates: rates.unwrap().optional(),
    retention: retention.unwrap().nullable().optional(),
    alerts: alerts.unwrap().nullable().optional(),
  }),
  answers: {
    200: { description: 'saved', schema: z.object({ revision: z.int() }) },
    409: { description: 'somebody else changed the settings meanwhile; nothing was written' },
  },
  async act({ body: { base, ...said }, actor }, host) {
    const { revision } = await editWorkspace(host, {
      actor,
      base,
      change: (current) => {
        const given = Object.entries(said).map(([name, value]) => [name, value ?? undefined])
        return { ...current, ...Object.fromEntries(given) } as WorkspaceInput
      },
    })
    return { status: 200, body: { revision } }
  },
})
