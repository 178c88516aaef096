import { PRESETS } from '../presets/presets.ts'
import type { Settings } from '../settings.ts'
import type { Condition } from './condition.ts'
import type { Source } from './source.ts'

/** How the bodies of a source become native items. */
export interface Plan {
  /** By the dotted place in the native item. */
  fields: readonly (readonly [place: string, source: Source])[]
  /** All of them must hold. */
  when: readonly Condition[]
  /** Where a list of several items stands in one body. */
  items: string | null
}

const plans = new WeakMap<Settings, Plan | null>()

/** The preset's map with the source's own places over it; `null` for a source whose bodies are native. */
export function planOf(settings: Settings): Plan | null {
  if (settings.map === undefined && settings.preset === undefined) return null
  const known = plans.get(settings)
  if (known !== undefined) return known
  const preset = settings.preset === undefined ? null : PRESETS[settings.preset]
  const merged: Record<string, Source | null> = { ...preset?.map, ...settings.map }
  const plan = {
    fields: Object.entries(merged).filter((entry): entry is [string, Source] => entry[1] !== null),
    when: settings.when ?? preset?.when ?? [],
    items: settings.items ?? null,
  }
  plans.set(settings, plan)
  return plan
}
