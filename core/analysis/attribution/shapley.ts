import { type Credits, type Journeys, noCredits } from './journey.ts'

/**
 * Shapley values of the game in which a coalition wins every conversion whose journey touched no unit outside of it.
 * That game is a sum of "all of T are needed" games, whose value divides evenly among T; so each journey gives the same
 * to each of its distinct units. Order, repeats and journeys without a conversion do not matter.
 */
export function shapley(journeys: Journeys): Credits {
  const credits = noCredits(journeys)
  for (const { path, conversions, value } of journeys.rows) {
    if (conversions === 0) continue
    const players = new Set(path)
    for (const player of players) {
      credits.conversions[player] = (credits.conversions[player] as number) + conversions / players.size
      credits.value[player] = (credits.value[player] as number) + value / players.size
    }
  }
  return credits
}
