import { LOST, type StageChange, WON } from '../model/record.ts'

interface Staged {
  stage: string
}

/** The rules that answer to one stage, by the milestone it stands for, each list in file order. */
interface ByMilestone<Rule> {
  won: readonly Rule[]
  lost: readonly Rule[]
  other: readonly Rule[]
}

/** Finds the rules whose `when.stage` a StageChange meets: two look-ups whatever the number of rules. */
export type RuleIndex<Rule> = (change: StageChange) => readonly Rule[]

/**
 * `won` and `lost` in a rule mean the milestone, anything else the CRM's own stage id; so a change into a won stage
 * meets the rules for `won` and those that name its id.
 */
export function meetsStage(
  ruleStage: string,
  change: { stage: string | null; milestone: string | null },
): boolean {
  return ruleStage === (ruleStage === WON || ruleStage === LOST ? change.milestone : change.stage)
}

/** Sorts rules by the stages they name, once. */
export function indexByStage<Rule extends Staged>(rules: readonly Rule[]): RuleIndex<Rule> {
  const listFor = (stage: string | null): ByMilestone<Rule> => {
    const meeting = (milestone: string | null) =>
      rules.filter((rule) => meetsStage(rule.stage, { stage, milestone }))
    return { won: meeting(WON), lost: meeting(LOST), other: meeting(null) }
  }
  const named = new Map<string, ByMilestone<Rule>>()
  for (const { stage } of rules) if (!named.has(stage)) named.set(stage, listFor(stage))
  const unnamed = listFor(null)
  return (change) => {
    const lists = named.get(change.stage) ?? unnamed
    return change.milestone === WON ? lists.won : change.milestone === LOST ? lists.lost : lists.other
  }
}
