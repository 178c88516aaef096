import type { Description } from '../core/adapter.ts'
import { closest } from '../core/model/closest.ts'
import { LOST, WON } from '../core/model/record.ts'
import type { Rule } from '../core/model/workspace.ts'
import { type Finding, failed, fine } from './commands/finding.ts'

/** Whether the pipelines and stages that rules of one source name are there in its CRM; a typing error would send nothing for ever. */
export function checkRuleStages(rules: readonly Rule[], { pipelines }: Description): Finding[] {
  const findings = rules.flatMap(({ id, when }) => {
    const among = pipelines.filter((each) => when.pipeline === undefined || each.id === when.pipeline)
    if (among.length === 0) return [unknown(id, 'pipeline', String(when.pipeline), pipelines)]
    const stages = among.flatMap((pipeline) => pipeline.stages)
    const isKnown = [WON, LOST].includes(when.stage) || stages.some((stage) => stage.id === when.stage)
    return isKnown ? [] : [unknown(id, 'stage', when.stage, stages)]
  })
  return findings.length > 0 ? findings : [fine('rules', 'Every pipeline and stage they name is there.')]
}

function unknown(
  rule: string,
  noun: string,
  named: string,
  known: readonly { id: string; label: string }[],
): Finding {
  // People write the label they see; rules take the id behind it.
  const byLabel = known.find(({ label }) => label.toLowerCase() === named.toLowerCase())
  const meant =
    byLabel?.id ??
    closest(
      named,
      known.map(({ id }) => id),
    )
  const remedy =
    meant === null
      ? `Use one of ${known
          .slice(0, 10)
          .map(({ id, label }) => `${id} (${label})`)
          .join(', ')}.`
      : `Use "${meant}".`
  return failed('rules', `Rule "${rule}" names the ${noun} "${named}", which the CRM does not have.`, remedy)
}
