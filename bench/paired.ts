/** What is timed: called with a running number, returns one taken from its result, so that no work is left out as unused. */
export type Contender = (turn: number) => number

export interface Timing {
  /** Median over all rounds, microseconds a call. */
  us: number
  /** Median over all rounds of (first contender's time / this one's time): above 1 is faster than the first. */
  ratio: number
}

/** One turn of a contender: long against the clock's grain, short against the moods of a shared machine. */
const TURN_MS = 8

/**
 * Times several ways of doing one thing in one process, turn by turn, each round in another order: whatever slows the
 * machine down for a moment slows them all. Timed by the processor time of this thread, which a neighbour on the same core
 * cannot stretch by taking turns. Ratios are taken inside a round, then their median.
 */
export function paired<Name extends string>(
  contenders: Record<Name, Contender>,
  budgetMs: number,
): Record<Name, Timing> {
  const names = Object.keys(contenders) as Name[]
  const turns = new Map<Name, number>()
  for (const name of names) turns.set(name, warmUp(contenders[name], budgetMs / names.length / 4))
  const times = new Map<Name, number[]>(names.map((name) => [name, []]))
  const endsAt = performance.now() + (budgetMs * 3) / 4
  for (let round = 0; round < 5 || performance.now() < endsAt; round++) {
    for (let at = 0; at < names.length; at++) {
      const name = names[(at + round) % names.length] as Name
      times.get(name)?.push(timeTurn(contenders[name], turns.get(name) ?? 1))
    }
  }
  const first = times.get(names[0] as Name) ?? []
  const results = names.map((name) => {
    const own = times.get(name) ?? []
    const ratio = median(own.map((time, round) => (first[round] ?? time) / time))
    return [name, { us: median(own) * 1000, ratio }] as const
  })
  return Object.fromEntries(results) as Record<Name, Timing>
}

/** Runs until the compiler had its say, and returns how many calls fill one turn. */
function warmUp(contender: Contender, budgetMs: number): number {
  const endsAt = performance.now() + budgetMs
  let calls = 16
  for (;;) {
    const perCall = timeTurn(contender, calls)
    if (performance.now() >= endsAt) return Math.max(1, Math.round(TURN_MS / perCall))
    calls = Math.max(1, Math.min(calls * 2, Math.round(TURN_MS / perCall)))
  }
}

function timeTurn(contender: Contender, calls: number): number {
  let sum = 0
  const before = process.threadCpuUsage()
  for (let turn = 0; turn < calls; turn++) sum += contender(turn)
  const { user, system } = process.threadCpuUsage(before)
  if (Number.isNaN(sum)) throw new Error('a contender returned no number')
  return Math.max(user + system, 1) / 1000 / calls
}

/** Of an odd count the middle one, of an even count the mean of the middle two; NaN for none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length / 2
  return sorted.length % 2 === 1
    ? (sorted[Math.floor(middle)] ?? Number.NaN)
    : ((sorted[middle - 1] ?? Number.NaN) + (sorted[middle] ?? Number.NaN)) / 2
}
