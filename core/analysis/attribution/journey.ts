/** How one conversion, or many that went the same way, came about. */
export interface Journey {
  /** The touches, oldest first, as indices into `units`. Never empty. */
  path: readonly number[]
  /** How long before the conversion each touch was, in ms; `null` where nobody knows. */
  ages: readonly number[] | null
  /** How many went this way and converted, and how many did not. */
  conversions: number
  nulls: number
  /** What all the conversions together were worth. */
  value: number
}

/** Journeys over the same units: channels, campaigns, ad groups or ads. */
export interface Journeys {
  units: readonly string[]
  /** Units that stand for coming by oneself, which `last_non_direct` passes over. */
  direct: ReadonlySet<number>
  rows: readonly Journey[]
}

/** The channel of a visit that says nothing about where it came from. */
export const DIRECT = 'direct'

/** Gathers journeys and gives each unit its index. */
export function journeyCollector(isDirect: (unit: string) => boolean = (unit) => unit === DIRECT) {
  const units: string[] = []
  const direct = new Set<number>()
  const rows: Journey[] = []
  const indices = new Map<string, number>()

  const indexOf = (unit: string) => {
    const known = indices.get(unit)
    if (known !== undefined) return known
    const index = units.push(unit) - 1
    indices.set(unit, index)
    if (isDirect(unit)) direct.add(index)
    return index
  }
  return {
    add(
      touches: readonly string[],
      outcome: { conversions: number; nulls: number; value: number; ages?: readonly number[] },
    ) {
      rows.push({ path: touches.map(indexOf), ages: null, ...outcome })
    },
    journeys: (): Journeys => ({ units, direct, rows }),
  }
}

/** What each unit is credited with, by index. */
export interface Credits {
  conversions: Float64Array
  value: Float64Array
}

export function noCredits({ units }: Journeys): Credits {
  return { conversions: new Float64Array(units.length), value: new Float64Array(units.length) }
}
