import type { Journey } from './journey.ts'

/** A state of the chain: the last touches, and where journeys went from there, by how many. */
interface State {
  /** Distinct units among the touches: removing any of them removes the state. */
  units: readonly number[]
  next: number[]
  counts: number[]
  /** How many left this state, for another or for an end. */
  out: number
  /** How many stayed in it. */
  stayed: number
  conversions: number
  value: number
}

/** A Markov chain of journeys: counts of transitions, from which the shares follow. */
export interface Chain {
  states: readonly State[]
  /** How many began in each state. */
  starts: ReadonlyMap<number, number>
  journeys: number
}

/**
 * States are overlapping tuples of `order` touches; a journey shorter than that is one state. A row with c conversions
 * and z nulls adds c + z to every transition along it.
 */
export function chainOf(rows: readonly Journey[], order: number, unitCount: number): Chain {
  const states: State[] = []
  const indices = new Map<number, number>()
  const positions: Map<number, number>[] = []
  const starts = new Map<number, number>()
  let journeys = 0
  const base = unitCount + 1

  /** Touches `from` to `to` of a path as one number; 0 stands for "no touch", so that lengths stay apart. */
  const stateAt = (path: readonly number[], from: number, to: number) => {
    let key = 0
    for (let at = from; at < to; at++) key = key * base + (path[at] as number) + 1
    const known = indices.get(key)
    if (known !== undefined) return known
    const units = [...new Set(path.slice(from, to))]
    const index =
      states.push({ units, next: [], counts: [], out: 0, stayed: 0, conversions: 0, value: 0 }) - 1
    indices.set(key, index)
    positions.push(new Map())
    return index
  }
  const move = (from: number, to: number, count: number) => {
    const state = states[from] as State
    if (from === to) {
      state.stayed += count
      return
    }
    state.out += count
    const known = positions[from]?.get(to)
    if (known !== undefined) state.counts[known] = (state.counts[known] as number) + count
    else {
      positions[from]?.set(to, state.next.push(to) - 1)
      state.counts.push(count)
    }
  }

  for (const { path, conversions, nulls, value } of rows) {
    const count = conversions + nulls
    if (count === 0) continue
    journeys += count
    const length = Math.min(order, path.length)
    let here = stateAt(path, 0, length)
    starts.set(here, (starts.get(here) ?? 0) + count)
    for (let to = length + 1; to <= path.length; to++) {
      const next = stateAt(path, to - length, to)
      move(here, next, count)
      here = next
    }
    const end = states[here] as State
    end.out += count
    end.conversions += conversions
    end.value += value
  }
  return { states, starts, journeys }
}

/** What a journey through the chain comes to: the probability of a conversion, and the value to be expected. */
export interface Reached {
  conversion: number
  value: number
}

/** Relative changes below this are the noise of adding up. */
const NOISE = 2 ** -48

/**
 * Solves x = Qx + b, for the probability and for the value at once, by Gauss-Seidel: every state ends sooner or later,
 * so the sweeps converge to the one solution, and go on until only rounding moves. States that contain `without` lead to
 * nothing; all others keep their shares.
 */
export function reach({ states, starts, journeys }: Chain, without: number | null): Reached {
  const conversion = new Float64Array(states.length)
  const value = new Float64Array(states.length)
  const kept = states.flatMap(({ units }, index) =>
    without !== null && units.includes(without) ? [] : [index],
  )
  // From the ends to the starts: later states were met later.
  kept.reverse()
  for (let moving = true; moving; ) {
    moving = false
    for (const index of kept) {
      const state = states[index] as State
      let conversions = state.conversions
      let worth = state.value
      for (let at = 0; at < state.next.length; at++) {
        const count = state.counts[at] as number
        const next = state.next[at] as number
        conversions += count * (conversion[next] as number)
        worth += count * (value[next] as number)
      }
      // Those who stayed come out by the same doors in the end.
      conversions /= state.out
      worth /= state.out
      if (!isStill(conversion[index] as number, conversions) || !isStill(value[index] as number, worth))
        moving = true
      conversion[index] = conversions
      value[index] = worth
    }
  }
  const reached = { conversion: 0, value: 0 }
  for (const [index, count] of starts) {
    reached.conversion += (count / journeys) * (conversion[index] as number)
    reached.value += (count / journeys) * (value[index] as number)
  }
  return reached
}

function isStill(before: number, after: number): boolean {
  return Math.abs(after - before) <= NOISE * Math.abs(after)
}
