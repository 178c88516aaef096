/** One value a property had, and since when. */
export interface PastValue {
  value: string
  /** Epoch ms. */
  at: number
  /** `CRM_UI`, `IMPORT`, `FORM` and others. */
  source: string
}

/** A record as the adapter works with it, whatever the client made of the answer. */
export interface CrmRecord {
  id: string
  properties: Readonly<Record<string, string | null>>
  /** Oldest first, whatever order HubSpot gave. */
  history: Readonly<Record<string, PastValue[]>>
  archived: boolean
  /** When it last changed, or was archived, epoch ms. */
  updatedAt: number
}

export interface Association {
  id: string
  typeIds: number[]
  labels: string[]
}

/** A property of the record, `null` when unset or blank. */
export function propertyOf(record: CrmRecord, name: string): string | null {
  const value = record.properties[name]
  return value === undefined || value === null || value.trim() === '' ? null : value
}

/** A moment as HubSpot writes it: ISO 8601, or epoch milliseconds; `null` when it is neither. */
export function momentOf(text: string | null): number | null {
  if (text === null || text === '') return null
  const at = /^-?\d{1,15}$/.test(text) ? Number(text) : Date.parse(text)
  return Number.isNaN(at) ? null : at
}
