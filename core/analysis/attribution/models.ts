import type { Model } from '../../model/attribution.ts'
import type { Credits, Journeys } from './journey.ts'
import { type MarkovOrder, markov } from './markov.ts'
import { shapley } from './shapley.ts'
import {
  divide,
  first,
  last,
  lastNonDirect,
  linear,
  type PositionShares,
  position,
  timeDecay,
} from './weights.ts'

export interface ModelOptions {
  position: PositionShares
  /** Days after which a touch weighs half. */
  halfLifeDays: number
  markovOrder: MarkovOrder
}

export const DEFAULT_MODEL_OPTIONS: ModelOptions = {
  position: { first: 0.4, last: 0.4 },
  halfLifeDays: 7,
  markovOrder: 1,
}

/** What the model credits each unit with. Every model gives out all the conversions and all the value, and no more. */
export function creditsBy(model: Model, journeys: Journeys, options: ModelOptions): Credits {
  switch (model) {
    case 'first':
      return divide(journeys, first)
    case 'last':
      return divide(journeys, last)
    case 'last_non_direct':
      return divide(journeys, lastNonDirect)
    case 'linear':
      return divide(journeys, linear)
    case 'position':
      return divide(journeys, position(options.position))
    case 'time_decay':
      return divide(journeys, timeDecay(options.halfLifeDays))
    case 'shapley':
      return shapley(journeys)
    case 'markov':
      return markov(journeys, options.markovOrder)
  }
}
