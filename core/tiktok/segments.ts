import type { Verdict } from './outcome.ts'

/** Events that are sent in one request. */
export interface Segment {
  indices: readonly number[]
  /** The 20001 that a request with these events got, if any: some of them may be accepted. */
  doubt: Verdict | null
}

/** A segment of at least two events cut in two; the first half stands last, where a stack takes it next. */
export function halves(segment: Segment): Segment[] {
  const { indices, doubt } = segment
  const middle = Math.ceil(indices.length / 2)
  return [
    { indices: indices.slice(middle), doubt },
    { indices: indices.slice(0, middle), doubt },
  ]
}

/** Takes the last segment off the stack, or the last among the smallest or the largest ones. */
export function take(open: Segment[], which: 'last' | 'smallest' | 'largest'): Segment | undefined {
  if (which === 'last') return open.pop()
  const sign = which === 'largest' ? 1 : -1
  let best = open.length - 1
  for (let at = best - 1; at >= 0; at--) {
    if (sign * ((open[at]?.indices.length ?? 0) - (open[best]?.indices.length ?? 0)) > 0) best = at
  }
  return open.splice(best, 1)[0]
}
