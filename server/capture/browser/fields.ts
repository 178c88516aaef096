import type { Settings } from './api.ts'

export type Values = ReadonlyMap<string, string>

/** The value that a field takes, by its name or id; `undefined` for fields that are none of ours. */
export type ValueFor = (values: Values, ...names: string[]) => string | undefined

/** Names as the site maps them, then as they are: `0-1/ttclid`, `form_fields[utm_source]`, `UTM Source`, `ttclid__c`. */
export function fieldNames(fields: Settings['fields']): ValueFor {
  const mapped = new Map<string, string>()
  // Further names under which CRMs keep the same.
  const usual = { ttclid: ['tiktok_click_id', 'hs_tiktok_click_id'], event_id: 'tiktok_event_id' }
  for (const [key, names] of Object.entries({ ...usual, ...fields }))
    for (const name of [names].flat()) mapped.set(plainName(name), key)
  return (values, ...names) => {
    for (const name of names) {
      // Most fields have no id.
      const plain = name && plainName(name)
      const value = values.get(mapped.get(plain) ?? plain)
      if (value !== undefined) return value
    }
    return undefined
  }
}

function plainName(name: string): string {
  const last = /[^[\]/.:]+(?=\]?$)/.exec(name)?.[0] ?? ''
  return last
    .toLowerCase()
    .replace(/__c$/, '')
    .replace(/\W+/g, '_')
    .replace(/^_+|_+$/g, '')
}

export interface Fields {
  /** Writes values to the fields under a node that are empty, or hold what we wrote. */
  fill(root: ParentNode, values: Values): void
  /** Remembers that a person typed here. */
  typed(target: Element): void
}

export function createFields(valueFor: ValueFor): Fields {
  const ours = new WeakMap<Element, string>()
  const theirs = new WeakSet<Element>()
  return {
    typed: (target) => void theirs.add(target),
    fill(root, values) {
      for (const field of root.querySelectorAll<HTMLInputElement>('input,textarea')) {
        const value = /hidden|text/.test(field.type) ? valueFor(values, field.name, field.id) : undefined
        const before = ours.get(field) ?? ''
        if (value === undefined || value === before || field.value !== before || theirs.has(field)) continue
        // A cut id names nothing. Without a limit this is -1.
        if (value.length > field.maxLength >>> 0) continue
        ours.set(field, value)
        // As a person's typing would, so that React and HubSpot take it over. The setter of the field's own frame.
        Reflect.set(Object.getPrototypeOf(field), 'value', value, field)
        for (const type of ['input', 'change']) field.dispatchEvent(new Event(type, { bubbles: true }))
      }
    },
  }
}
