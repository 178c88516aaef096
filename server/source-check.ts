import { z } from 'zod'
import { ClosebackError } from '../core/model/errors.ts'
import type { Source } from '../core/model/workspace.ts'
import { type Finding, failed } from './commands/finding.ts'
import type { Closeback } from './compose.ts'
import { sentence } from './terminal/show-error.ts'

export interface CheckedSource {
  id: string
  adapter: string
  findings: Finding[]
}

/** The adapter's own preflight, once its secrets can be had. */
export async function checkSource({ pipeline }: Closeback, { id, adapter }: Source): Promise<CheckedSource> {
  return { id, adapter, findings: await findingsOf() }

  async function findingsOf(): Promise<Finding[]> {
    const active = (await pipeline.settings()).sources.get(id)
    if (!active)
      return [failed('adapter', `This Closeback cannot run "${adapter}".`, 'Install one that can.')]
    try {
      const checks = await active.adapter.check(pipeline.adapterContext(active))
      return checks.map(({ name, ok, detail, remedy }) => ({
        name,
        status: ok ? 'ok' : 'failed',
        detail,
        remedy: remedy ?? null,
      }))
    } catch (error) {
      if (error instanceof ClosebackError) return [failed('secrets', sentence(error.message), error.remedy)]
      if (error instanceof z.ZodError)
        return error.issues.map(({ path, message }) =>
          failed('secrets', `${path.join('.')}: ${message}.`, 'Correct the secret where it is set.'),
        )
      throw error
    }
  }
}
