import type { Rule } from '../../../../core/model/workspace.ts'

/** A rule that both sides changed, each in its own way; null where it was removed. */
export interface RuleClash {
  id: string
  theirs: Rule | null
  mine: Rule | null
}

export interface MergedRules {
  rules: Rule[]
  clashes: RuleClash[]
}

/**
 * Puts what somebody changed in `was` onto what is there now: rules that only one side touched are as that side has them.
 * Where both did, the person decides: mine, unless its id is in `takeTheirs`.
 */
export function mergeRules(
  was: readonly Rule[],
  theirs: readonly Rule[],
  mine: readonly Rule[],
  takeTheirs: ReadonlySet<string> = new Set(),
): MergedRules {
  if (isSame(was, theirs)) return { rules: [...mine], clashes: [] }
  if (isSame(was, mine)) return { rules: [...theirs], clashes: [] }
  const [before, now, own] = [was, theirs, mine].map((rules) => new Map(rules.map((rule) => [rule.id, rule])))
  const clashes: RuleClash[] = []
  const rules = inOrder(was, theirs, mine).flatMap((id): Rule[] => {
    const [w, t, m] = [before?.get(id), now?.get(id), own?.get(id)]
    if (isSame(m, w) || isSame(t, m)) return t ? [t] : []
    if (isSame(t, w)) return m ? [m] : []
    clashes.push({ id, theirs: t ?? null, mine: m ?? null })
    const taken = takeTheirs.has(id) ? t : m
    return taken ? [taken] : []
  })
  return { rules, clashes }
}

/** The order of whoever changed it, mine first; what only the other side has comes last. */
function inOrder(was: readonly Rule[], theirs: readonly Rule[], mine: readonly Rule[]): string[] {
  const ids = (rules: readonly Rule[]) => rules.map(({ id }) => id)
  const [first, second] = isReordered(was, mine) ? [mine, theirs] : [theirs, mine]
  return [...new Set([...ids(first), ...ids(second)])]
}

function isReordered(was: readonly Rule[], rules: readonly Rule[]): boolean {
  const there = new Set(rules.map(({ id }) => id))
  const before = was.map(({ id }) => id).filter((id) => there.has(id))
  const known = new Set(before)
  const now = rules.map(({ id }) => id).filter((id) => known.has(id))
  return before.join('\n') !== now.join('\n')
}

/** Rules are plain JSON; the API writes their members in one order, and a change here keeps it or writes more. */
export function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(sorted(a)) === JSON.stringify(sorted(b))
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, member]) => [name, sorted(member)]),
  )
}
