import type { PreviewOf } from './preview.ts'
import { difference, moneyTexts, totalsOf } from './sums.ts'
import type { Amount, TallyLine } from './tally.ts'

/** How much more, or less, one event of one rule sends at one connection. */
export interface LineDifference extends Amount {
  ruleId: string
  connectionId: string
  event: string
}

/** What other rules would send more, or less, than the present ones; what stays as it is is left out. */
export function differenceOf(present: PreviewOf, proposed: PreviewOf): LineDifference[] {
  const nameOf = ({ ruleId, connectionId, event }: TallyLine) => `${ruleId}\n${connectionId}\n${event}`
  const before = new Map(present.lines.map((line) => [nameOf(line), line]))
  const after = new Map(proposed.lines.map((line) => [nameOf(line), line]))
  const all = new Map([...after, ...before])
  return [...all].flatMap(([name, { ruleId, connectionId, event }]) => {
    const [was, is] = [before.get(name)?.would, after.get(name)?.would]
    const count = (is?.count ?? 0) - (was?.count ?? 0)
    const values = moneyTexts(difference(totalsOf(is?.values ?? []), totalsOf(was?.values ?? [])))
    return count === 0 && values.length === 0 ? [] : [{ ruleId, connectionId, event, count, values }]
  })
}
