import type { Facts, StageChange } from '../model/record.ts'
import type { FieldTest, Rule } from '../model/workspace.ts'

/** Whether a record in the rule's stage meets the rest of its `when`. */
export type Condition = (change: StageChange, facts: Facts) => boolean

/**
 * Compiles `when` but for the stage, which the rule index looks up. `null` when nothing is left to ask.
 * A field that is not known is not present: it equals nothing, and `not` holds for it.
 */
export function compileConditions(when: Rule['when']): Condition | null {
  const { record, pipeline } = when
  const fields = Object.entries(when.fields ?? {}).map(([name, test]) => compileField(name, test))
  if (record === undefined && pipeline === undefined && fields.length === 0) return null
  return (change, facts) =>
    (record === undefined || change.record.type === record) &&
    (pipeline === undefined || change.pipeline === pipeline) &&
    fields.every((holds) => holds(facts))
}

function compileField(name: string, test: FieldTest): (facts: Facts) => boolean {
  if (typeof test === 'string') return (facts) => fieldOf(facts, name) === test
  if (Array.isArray(test)) return oneOf(name, test)
  if ('present' in test) return (facts) => Boolean(fieldOf(facts, name)) === test.present
  const equals = compileField(name, test.not)
  return (facts) => !equals(facts)
}

function oneOf(name: string, texts: string[]): (facts: Facts) => boolean {
  const wanted = new Set<string | undefined>(texts)
  return (facts) => wanted.has(fieldOf(facts, name))
}

/** A field of the CRM by its name; names such as `constructor` are fields like any other. */
export function fieldOf(facts: Facts, name: string): string | undefined {
  return facts.fields !== null && Object.hasOwn(facts.fields, name) ? facts.fields[name] : undefined
}
