import { chainOf, reach } from './chain.ts'
import { type Credits, type Journeys, noCredits } from './journey.ts'

/** Orders of the chain that can be asked for: how many touches a state remembers. */
export const MARKOV_ORDERS = [1, 2, 3] as const
export type MarkovOrder = (typeof MARKOV_ORDERS)[number]

/**
 * Removal effects in the Markov chain of the journeys: how much of the conversions would be lost if every step into a
 * unit led to nothing. The conversions are divided in proportion to the effects, the value in proportion to the same
 * effects on the expected value.
 */
export function markov(journeys: Journeys, order: MarkovOrder): Credits {
  const { units, rows } = journeys
  const chain = chainOf(rows, order, units.length)
  const whole = reach(chain, null)
  const effects = noCredits(journeys)
  const present = new Set(chain.states.flatMap((state) => state.units))
  for (const unit of present) {
    const left = reach(chain, unit)
    if (whole.conversion > 0) effects.conversions[unit] = 1 - left.conversion / whole.conversion
    if (whole.value > 0) effects.value[unit] = 1 - left.value / whole.value
  }
  return {
    conversions: inProportion(effects.conversions, sum(rows.map((row) => row.conversions))),
    value: inProportion(effects.value, sum(rows.map((row) => row.value))),
  }
}

function inProportion(effects: Float64Array, total: number): Float64Array {
  const all = sum(effects)
  return effects.map((effect) => (all > 0 ? (effect / all) * total : 0))
}

function sum(numbers: Iterable<number>): number {
  let total = 0
  for (const each of numbers) total += each
  return total
}
