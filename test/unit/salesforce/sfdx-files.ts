import {
  type Component,
  customFields,
  KIT_OBJECTS,
  MESSAGE,
  outboundMessage,
  PERMISSION_SET,
  permissionSet,
  stageFlow,
} from '../../../adapters/salesforce/install/kit.ts'
import { LEAD_MAPPING, mergeLeadMapping } from '../../../adapters/salesforce/install/lead-mapping.ts'
import { settings } from '../../../adapters/salesforce/settings.ts'

const BASE = 'force-app/main/default'
const { fields } = settings.parse({})

/** The source folder as the kit says it: path to content. */
export function sfdxFiles(): Map<string, string> {
  const files = new Map<string, string>()
  files.set(
    'sfdx-project.json',
    `${JSON.stringify({ packageDirectories: [{ path: 'force-app', default: true }], sourceApiVersion: '67.0' }, null, 2)}\n`,
  )
  for (const object of KIT_OBJECTS)
    for (const field of customFields(object, fields)) {
      const name = field.fullName.slice(object.length + 1)
      files.set(
        `${BASE}/objects/${object}/fields/${name}.field-meta.xml`,
        component('CustomField', { ...field, fullName: name }),
      )
    }
  files.set(
    `${BASE}/permissionsets/${PERMISSION_SET}.permissionset-meta.xml`,
    component('PermissionSet', without(permissionSet(fields))),
  )
  files.set(
    `${BASE}/LeadConvertSettings/${LEAD_MAPPING}.LeadConvertSetting-meta.xml`,
    component('LeadConvertSettings', without(mergeLeadMapping(null, fields) as Component)),
  )
  const message = outboundMessage(
    'https://closeback.example/hooks/salesforce/SOURCE/TOKEN',
    'integration@example.com',
  )
  files.set(
    `${BASE}/workflows/Opportunity.workflow-meta.xml`,
    component('Workflow', {
      fullName: 'Opportunity',
      outboundMessages: [{ ...message, fullName: MESSAGE }],
    }),
  )
  files.set(`${BASE}/flows/${MESSAGE}.flow-meta.xml`, component('Flow', without(stageFlow())))
  return files
}

/** In a file the name stands in the path. */
function without({ fullName: _, ...rest }: Component): Record<string, unknown> {
  return rest
}

function component(type: string, members: Record<string, unknown>): string {
  const body = Object.entries(members)
    .map(([name, value]) => element(name, value, 1))
    .join('')
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${type} xmlns="http://soap.sforce.com/2006/04/metadata">\n${body}</${type}>\n`
}

function element(name: string, value: unknown, depth: number): string {
  if (Array.isArray(value)) return value.map((each) => element(name, each, depth)).join('')
  const pad = '    '.repeat(depth)
  if (typeof value === 'object' && value !== null) {
    const inner = Object.entries(value).map(([key, each]) => element(key, each, depth + 1))
    return `${pad}<${name}>\n${inner.join('')}${pad}</${name}>\n`
  }
  return `${pad}<${name}>${String(value).replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</${name}>\n`
}
