import { itemShape } from '../item.ts'
import type { Field } from '../shape.ts'

/** Every field of the native item that a map may fill, by its dotted place: `record.id`, `contact.email`. */
export const TARGETS: ReadonlyMap<string, Field> = new Map(leaves(itemShape, ''))

/** Fields without which no item is valid. */
export const REQUIRED = ['record.type', 'record.id', 'stage', 'occurredAt'] as const

const OWN_FIELD = /^fields\.(?!__proto__$)[A-Za-z_][A-Za-z0-9_.-]{0,63}$/

/** Whether a map may fill this place: one of TARGETS, or `fields.` and a name of one's own. */
export function isTarget(place: string): boolean {
  return TARGETS.has(place) || OWN_FIELD.test(place)
}

function leaves(field: Field, prefix: string): [string, Field][] {
  return Object.entries(field.parts ?? {}).flatMap(([name, part]): [string, Field][] => {
    if (prefix === '' && name === 'fields') return []
    return part.parts ? leaves(part, `${prefix}${name}.`) : [[prefix + name, part]]
  })
}
