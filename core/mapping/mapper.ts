import type { Workspace } from '../model/workspace.ts'
import {
  type CompiledRule,
  compileDestinations,
  compileRule,
  type ExpectedValues,
  type RuleStarts,
} from './compiled-rule.ts'
import { judge } from './judge.ts'
import type { Mapped, Mapper, MappingFacts, RemapOptions } from './mapped.ts'
import { becauseRuleChanged, becauseUnmatched } from './reasons.ts'
import { indexByStage, meetsStage } from './rule-index.ts'
import { precedesAll } from './start.ts'

const ALL_SOURCES = '*'
const NOTHING_LEARNED: ExpectedValues = new Map()
const FIRST_TIME: RemapOptions = {}
const ALONE: readonly Mapped[] = []

/**
 * Compiles the rules of one revision of the settings (checked by `checkRules`), so that mapping a StageChange looks up
 * the rules of its stage and reads no setting by its path.
 */
export function compileRules(
  workspace: Workspace,
  ruleStarts: RuleStarts,
  expected: ExpectedValues = NOTHING_LEARNED,
): Mapper {
  const destinations = compileDestinations(workspace)
  const rules = workspace.rules.map((rule) =>
    compileRule(rule, destinations, ruleStarts.get(rule.id), expected),
  )
  const rulesOf = (source: string) => rules.filter((rule) => coversSource(rule, source))
  const bySource = new Map(workspace.sources.map(({ id }) => [id, indexByStage(rulesOf(id))]))
  const forUnknown = indexByStage(rulesOf(ALL_SOURCES))

  return {
    map(input, how = FIRST_TIME) {
      const mapped: Mapped[] = []
      for (const rule of (bySource.get(input.source.id) ?? forUnknown)(input.change)) {
        if (!meetsCondition(rule, input)) continue
        for (const target of rule.targets) mapped.push(judge(rule, target, input, how, mapped))
      }
      if (mapped.length > 0) return mapped
      const tooEarly = !how.ignoreStart && precedesAll(destinations.values(), input)
      return [becauseUnmatched(input, tooEarly)]
    },
    remap(ruleId, connectionId, input, how) {
      const rule = rules.find(({ id }) => id === ruleId)
      const target = rule?.targets.find(({ to }) => to.connection.id === connectionId)
      if (rule === undefined || target === undefined) return null
      const matches =
        coversSource(rule, input.source.id) &&
        meetsStage(rule.stage, input.change) &&
        meetsCondition(rule, input)
      // Start limits were passed, or set aside by a person, when the delivery was made.
      const again = { ...how, ignoreStart: true }
      return matches ? judge(rule, target, input, again, ALONE) : becauseRuleChanged(rule, target)
    },
  }
}

function coversSource({ source }: CompiledRule, id: string): boolean {
  return source === ALL_SOURCES || source === id
}

function meetsCondition({ condition }: CompiledRule, { change, facts }: MappingFacts): boolean {
  return condition === null || condition(change, facts)
}
