import type { Condition } from '../map/condition.ts'
import type { Source } from '../map/source.ts'
import type { Scheme } from '../verify-sender.ts'

/** How one well-known sender signs, and what its bodies mean. */
export interface Preset {
  scheme: Scheme
  /** Bodies of other kinds are ignored. */
  when: readonly Condition[]
  /** By the dotted place in the native item. */
  map: Readonly<Record<string, Source>>
}
