import type { Issue } from '../../../core/model/errors.ts'
import type { Plan } from './plan.ts'
import type { Source } from './source.ts'

/** The same problems of a mapped item, each with the place in the sender's body that it came from. */
export function traced(issues: readonly Issue[], { fields }: Plan): Issue[] {
  return issues.map((issue) => {
    const place = issue.path.slice(1).replaceAll('/', '.')
    const entry = fields.find(([name]) => place === name || place.startsWith(`${name}.`))
    if (entry === undefined) return issue
    const from = placesOf(entry[1])
    return from.length === 0
      ? issue
      : { ...issue, message: `${issue.message} (mapped from ${from.join(', ')})` }
  })
}

/** Every pointer of a source that starts at the root of the body. */
export function placesOf(source: Source): string[] {
  if (typeof source === 'string') return [source]
  const { at = [], values = {}, else: otherwise } = source
  const tables = Object.values(values).filter((entry) => typeof entry !== 'string')
  return [...[at].flat(), ...[...tables, ...(otherwise === undefined ? [] : [otherwise])].flatMap(placesOf)]
}
