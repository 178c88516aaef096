import { z } from 'zod'
import { ClosebackError } from '../core/model/errors.ts'
import type { Source } from '../core/model/workspace.ts'
import { checkRuleStages } from './check-rule-stages.ts'
import { type Finding, failed } from './commands/finding.ts'
import type { Closeback } from './compose.ts'
import { sentence } from './terminal/show-error.ts'

export interface CheckedSource {
  id: string
  adapter: string
  findings: Finding[]
}

/** The adapter's own preflight, once its secrets can be had. */
export async function checkSource(
  { pipeline, store }: Closeback,
  { id, adapter }: Source,
): Promise<CheckedSource> {
  return { id, adapter, findings: await findingsOf() }

  async function findingsOf(): Promise<Finding[]> {
    const active = (await pipeline.settings()).sources.get(id)
    if (!active)
      return [failed('adapter', `This Closeback cannot run "${adapter}".`, 'Install one that can.')]
    try {
      const ctx = pipeline.adapterContext(active)
      const checks = await active.adapter.check(ctx)
      const findings = checks.map(
        ({ name, ok, detail, remedy }): Finding => ({
          name,
          status: ok ? 'ok' : 'failed',
          detail: sentence(detail),
          remedy: remedy ?? null,
        }),
      )
      const rules = store.current.workspace.rules.filter(({ source }) => source === id)
      if (rules.length === 0 || !active.adapter.describe || checks.some(({ ok }) => !ok)) return findings
      return [...findings, ...checkRuleStages(rules, await active.adapter.describe(ctx))]
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
