import { DAY } from '../../model/time.ts'
import { type Credits, type Journey, type Journeys, noCredits } from './journey.ts'

/** Shares of the first and of the last touch; those between divide the rest. */
export interface PositionShares {
  first: number
  last: number
}

/** How much of a journey each touch gets: as many shares as touches, that add up to 1. */
export type Weigh = (journey: Journey, direct: ReadonlySet<number>) => readonly number[]

export const first: Weigh = ({ path }) => path.map((_, at) => (at === 0 ? 1 : 0))

export const last: Weigh = ({ path }) => path.map((_, at) => (at === path.length - 1 ? 1 : 0))

/** The last touch that was led here by something; the last one when nothing did. */
export const lastNonDirect: Weigh = (journey, direct) => {
  const winner = journey.path.findLastIndex((unit) => !direct.has(unit))
  return winner < 0 ? last(journey, direct) : journey.path.map((_, at) => (at === winner ? 1 : 0))
}

export const linear: Weigh = ({ path }) => path.map(() => 1 / path.length)

/** One touch takes all, two take halves in proportion to the shares at the ends. */
export function position({ first, last }: PositionShares): Weigh {
  const ends = first + last
  return ({ path }) => {
    const n = path.length
    if (n === 1) return [1]
    if (n === 2) return ends === 0 ? [0.5, 0.5] : [first / ends, last / ends]
    const between = (1 - ends) / (n - 2)
    return path.map((_, at) => (at === 0 ? first : at === n - 1 ? last : between))
  }
}

/** Each touch weighs half as much for every half-life it is older. Without times every touch weighs the same. */
export function timeDecay(halfLifeDays: number): Weigh {
  return ({ path, ages }) => {
    // Counted from the youngest, so that ages far beyond the half-life do not all become zero.
    const youngest = Math.min(...(ages ?? [0]))
    const weights = path.map((_, at) => 2 ** (-((ages?.[at] ?? youngest) - youngest) / DAY / halfLifeDays))
    const sum = weights.reduce((total, each) => total + each, 0)
    return weights.map((each) => each / sum)
  }
}

/** Divides each journey's conversions and value among its touches; journeys without a conversion play no part. */
export function divide(journeys: Journeys, weigh: Weigh): Credits {
  const credits = noCredits(journeys)
  for (const journey of journeys.rows) {
    if (journey.conversions === 0) continue
    const weights = weigh(journey, journeys.direct)
    for (const [at, unit] of journey.path.entries()) {
      const weight = weights[at] as number
      credits.conversions[unit] = (credits.conversions[unit] as number) + weight * journey.conversions
      credits.value[unit] = (credits.value[unit] as number) + weight * journey.value
    }
  }
  return credits
}
