import { MARK_FIELDS } from '../records/columns.ts'
import type { Settings } from '../settings.ts'
import type { Component } from './kit.ts'

interface FieldPair {
  inputField: string
  outputField: string
}
interface ObjectMapping {
  inputObject: string
  mappingFields: FieldPair[]
  outputObject: string
}

/** The one component of its kind. */
export const LEAD_MAPPING = 'LeadConvertSettings'
const OUTPUTS = ['Contact', 'Opportunity'] as const

/**
 * The lead mapping of an org with our fields added. Deploying replaces the whole list, so everything that is there stays:
 * a lead field that is mapped already keeps its target, and a target that is taken is not taken twice. `null` when
 * nothing is left to add.
 */
export function mergeLeadMapping(present: Component | null, names: Settings['fields']): Component | null {
  const mappings = list(present?.objectMapping).map((each) => each as unknown as ObjectMapping)
  let added = 0
  const merged = mappings.map((each) => ({
    ...each,
    mappingFields: [...list(each.mappingFields)] as unknown as FieldPair[],
  }))
  for (const output of OUTPUTS) {
    let mapping = merged.find((each) => each.inputObject === 'Lead' && each.outputObject === output)
    if (mapping === undefined) {
      mapping = { inputObject: 'Lead', mappingFields: [], outputObject: output }
      merged.push(mapping)
    }
    const { mappingFields } = mapping
    for (const mark of MARK_FIELDS) {
      const field = names[mark]
      if (mappingFields.some((pair) => pair.inputField === field || pair.outputField === field)) continue
      mappingFields.push({ inputField: field, outputField: field })
      added++
    }
  }
  if (added === 0) return null
  const { allowOwnerChange, opportunityCreationOptions } = present ?? { fullName: LEAD_MAPPING }
  return {
    fullName: LEAD_MAPPING,
    ...(typeof allowOwnerChange === 'boolean' ? { allowOwnerChange } : {}),
    objectMapping: merged,
    ...(typeof opportunityCreationOptions === 'string' ? { opportunityCreationOptions } : {}),
  }
}

/** SOAP gives a single element where there is one. */
function list(value: unknown): Record<string, unknown>[] {
  if (Array.isArray(value)) return value
  return value === undefined || value === null ? [] : [value as Record<string, unknown>]
}
