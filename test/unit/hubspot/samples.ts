import type { CrmRecord, PastValue } from '../../../adapters/hubspot/records.ts'
import { type Settings, settings } from '../../../adapters/hubspot/settings.ts'
import { readStages } from '../../../adapters/hubspot/stages.ts'

export const NOW = Date.parse('2026-11-20T12:00:00Z')

/** Settings as a file gives them, defaults filled in. */
export function someSettings(given: object = {}): Settings {
  return settings.parse(given)
}

/** A portal in which `closedwon` was relabelled and the won stage has a number. */
export const STAGES = readStages([
  {
    id: 'default',
    label: 'Sales',
    stages: [
      { id: 'new', label: 'New', metadata: { isClosed: 'false', probability: '0.2' } },
      { id: 'closedwon', label: 'Proposal sent', metadata: { isClosed: 'false', probability: '0.6' } },
      { id: '139921', label: 'Won', metadata: { isClosed: 'true', probability: '1.0' } },
      { id: '139922', label: 'Lost', metadata: { isClosed: 'true', probability: '0.0' } },
    ],
  },
])

/** A value and its moment, in seconds after NOW. */
export function past(value: string, seconds: number, source = 'CRM_UI'): PastValue {
  return { value, at: NOW + seconds * 1000, source }
}

export function aDeal(
  properties: Record<string, string | null> = {},
  history: Record<string, PastValue[]> = {},
  over: Partial<CrmRecord> = {},
): CrmRecord {
  return { id: '101', properties, history, archived: false, updatedAt: NOW, ...over }
}

export function aContact(id: string, properties: Record<string, string | null> = {}): CrmRecord {
  return { id, properties, history: {}, archived: false, updatedAt: NOW }
}
