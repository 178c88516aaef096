import type { LedgerAttribution, Model } from '../../model/attribution.ts'
import { toDecimal } from '../../model/money.ts'
import { type Place, UNKNOWN } from './channel.ts'
import { DIRECT, journeyCollector } from './journey.ts'
import { creditsBy, type ModelOptions } from './models.ts'

/** One won deal: where its touches came from, how long before, and what it is worth in the report's currency. */
export interface LedgerJourney {
  places: readonly Place[]
  ages: readonly number[]
  /** Minor units; 0 where it has no amount, or none that can be converted. */
  minor: number
}

/** Minor units by the names that lead to a row: `tiktok`, `tiktok / spring`. */
export type Spend = ReadonlyMap<string, number>

type Level = LedgerAttribution['levels'][number]

const LEVELS = ['channel', 'campaign', 'ad_group', 'ad'] as const
const SEPARATOR = '\u0000'

/** Names that lead to a row, as one key. */
export function placeKey(names: readonly string[]): string {
  return names.join(SEPARATOR)
}

/**
 * Each level by each model. Levels play by themselves: a campaign is a player of the campaigns' game, so that Shapley and
 * Markov credits of campaigns need not add up to their channel's; those of all rows of a level always are the whole.
 */
export function attributeLevels(
  journeys: readonly LedgerJourney[],
  models: readonly Model[],
  options: ModelOptions,
  { spend, currency }: { spend: Spend; currency: string },
): Level[] {
  return LEVELS.map((level, depth) => {
    const isDirect = (key: string) => key.split(SEPARATOR)[0] === DIRECT
    const collector = journeyCollector(isDirect)
    for (const { places, ages, minor } of journeys) {
      const known = places.length > 0
      const touches = known
        ? places.map((place) => placeKey(place.slice(0, depth + 1)))
        : [placeKey(nobody(depth))]
      collector.add(touches, { conversions: 1, nulls: 0, value: minor, ages: known ? ages : [0] })
    }
    const made = collector.journeys()
    const total = journeys.reduce((sum, { minor }) => sum + minor, 0)
    const credits = models.map((model) => {
      const { conversions, value } = creditsBy(model, made, options)
      return { model, conversions, minors: inWhole(value, total) }
    })
    const money = (minor: number) => ({ amount: toDecimal(minor, currency), currency })
    const rows = made.units.map((key, unit) => {
      const cost = spend.get(key) ?? null
      return {
        names: key.split(SEPARATOR),
        spend: cost === null ? null : money(cost),
        credited: credits.map(({ model, conversions, minors }) => {
          const won = conversions[unit] ?? 0
          const minor = minors[unit] ?? 0
          return {
            model,
            conversions: won,
            value: money(minor),
            cpa: cost === null || won < 1e-9 ? null : money(Math.round(cost / won)),
            roas: cost === null || cost === 0 ? null : minor / cost,
          }
        }),
      }
    })
    // What was paid for and led to nothing is a row too.
    const idle = [...spend].filter(
      ([key]) => key.split(SEPARATOR).length === depth + 1 && !made.units.includes(key),
    )
    const nothing = idle.map(([key, cost]) => ({
      names: key.split(SEPARATOR),
      spend: money(cost),
      credited: models.map((model) => ({
        model,
        conversions: 0,
        value: money(0),
        cpa: null,
        roas: cost === 0 ? null : 0,
      })),
    }))
    const first = (row: { credited: readonly { conversions: number }[] }) => row.credited[0]?.conversions ?? 0
    return {
      level,
      rows: [...rows, ...nothing].sort(
        (a, b) => first(b) - first(a) || (a.names.join() < b.names.join() ? -1 : 1),
      ),
    }
  })
}

function nobody(depth: number): string[] {
  return [UNKNOWN, '', '', ''].slice(0, depth + 1)
}

/** Shares in whole minor units that add up to the total: the largest remainders are rounded up. */
function inWhole(shares: Float64Array, total: number): number[] {
  const whole = [...shares].map(Math.floor)
  let rest = total - whole.reduce((sum, each) => sum + each, 0)
  const byRemainder = [...shares.keys()].sort(
    (a, b) => ((shares[b] as number) % 1) - ((shares[a] as number) % 1),
  )
  for (const at of byRemainder) {
    if (rest <= 0) break
    whole[at] = (whole[at] as number) + 1
    rest--
  }
  return whole
}
