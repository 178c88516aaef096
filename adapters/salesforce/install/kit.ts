import { API_VERSION } from '../constants.ts'
import { MARK_FIELDS, type MarkField } from '../records/columns.ts'
import type { Settings } from '../settings.ts'

/** What the org gets: `sfdx/` holds the same as a source folder, for administrators who deploy by themselves. */

export const KIT_OBJECTS = ['Lead', 'Contact', 'Opportunity'] as const
export type KitObject = (typeof KIT_OBJECTS)[number]

/** A metadata component as the Metadata API takes it: `fullName` first, then by name. */
export interface Component {
  fullName: string
  [member: string]: unknown
}

export const PERMISSION_SET = 'TikTok_Conversions'
export const MESSAGE = 'TikTok_Stage_Changed'

/** Click ids outgrow the 255 characters of a Text field, and nothing may be cut; Lead mapping asks for equal types. */
const LONG = { type: 'LongTextArea', length: 1000, visibleLines: 3 }
const TEXT = { type: 'Text', length: 255 }

const FIELDS: Record<MarkField, { label: string; shape: Record<string, unknown> }> = {
  ttclid: { label: 'TikTok Click ID', shape: LONG },
  ttp: { label: 'TikTok Cookie ID', shape: TEXT },
  clickedAt: { label: 'TikTok Clicked At', shape: { type: 'DateTime' } },
  pageUrl: { label: 'TikTok Landing Page', shape: LONG },
  utmSource: { label: 'UTM Source', shape: TEXT },
  utmMedium: { label: 'UTM Medium', shape: TEXT },
  utmCampaign: { label: 'UTM Campaign', shape: TEXT },
  utmContent: { label: 'UTM Content', shape: TEXT },
  utmTerm: { label: 'UTM Term', shape: TEXT },
  utmId: { label: 'UTM ID', shape: TEXT },
  visitor: { label: 'Visitor', shape: TEXT },
}

/** Our fields on one object. */
export function customFields(object: KitObject, names: Settings['fields']): Component[] {
  return MARK_FIELDS.map((mark) => {
    const { label, shape } = FIELDS[mark]
    const { length, ...rest } = shape
    const text = length === undefined ? {} : { length }
    return { fullName: `${object}.${names[mark]}`, label, ...text, required: false, ...rest }
  })
}

/** Reads leads and opportunities, and sees our fields; nothing else. */
export function permissionSet(names: Settings['fields']): Component {
  const fieldPermissions = KIT_OBJECTS.flatMap((object) =>
    MARK_FIELDS.map((mark) => ({ editable: false, field: `${object}.${names[mark]}`, readable: true })),
  )
  return {
    fullName: PERMISSION_SET,
    description: 'What Closeback needs to send closed deals back to TikTok: read access, and its own fields.',
    fieldPermissions: fieldPermissions.sort((a, b) => (a.field < b.field ? -1 : 1)),
    hasActivationRequired: false,
    label: 'TikTok Conversions',
    // Rows that sharing hides would be missing without a word.
    objectPermissions: ['Account', 'Contact', 'Lead', 'Opportunity'].map((object) => ({
      allowCreate: false,
      allowDelete: false,
      allowEdit: false,
      allowRead: true,
      modifyAllRecords: false,
      object,
      viewAllRecords: true,
    })),
    userPermissions: [{ enabled: true, name: 'ApiEnabled' }],
  }
}

/** Says that an opportunity changed; what it changed to is asked for, so that the id is enough. */
export function outboundMessage(endpointUrl: string, integrationUser: string): Component {
  return {
    fullName: `Opportunity.${MESSAGE}`,
    apiVersion: API_VERSION,
    endpointUrl,
    fields: ['Id'],
    includeSessionId: false,
    integrationUser,
    name: MESSAGE,
    protected: false,
    useDeadLetterQueue: false,
  }
}

/** Sends the message when the stage of an opportunity changes, or a new one has one. */
export function stageFlow(): Component {
  const send = 'Tell_Closeback'
  return {
    fullName: MESSAGE,
    actionCalls: [
      {
        name: send,
        label: 'Tell Closeback',
        locationX: 176,
        locationY: 287,
        actionName: `Opportunity.${MESSAGE}`,
        actionType: 'outboundMessage',
      },
    ],
    apiVersion: API_VERSION,
    description: 'Tells Closeback that an opportunity changed its stage.',
    interviewLabel: 'TikTok Stage Changed {!$Flow.CurrentDateTime}',
    label: 'TikTok Stage Changed',
    processType: 'AutoLaunchedFlow',
    start: {
      locationX: 50,
      locationY: 0,
      connector: { targetReference: send },
      filterLogic: 'and',
      filters: [{ field: 'StageName', operator: 'IsChanged', value: { booleanValue: true } }],
      object: 'Opportunity',
      recordTriggerType: 'CreateAndUpdate',
      triggerType: 'RecordAfterSave',
    },
    status: 'Active',
  }
}
