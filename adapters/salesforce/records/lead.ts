import { z } from 'zod'
import type { RawIdentity } from '../../../core/identity/identity.ts'
import { id18 } from '../ids.ts'
import type { Settings } from '../settings.ts'
import { columnOf, markShape, readMark } from './marks.ts'
import { keptFields, MASTER } from './opportunity.ts'
import { identityOf } from './person.ts'
import { idIn, momentOf, parentOf, type Row, textOf } from './row.ts'

/** What is kept of a lead: no personal data. */
export const leadShape = z.object({
  id: z.string(),
  status: z.string(),
  pipeline: z.string(),
  /** Epoch ms. */
  createdAt: z.number(),
  /** SystemModstamp, epoch ms. */
  modifiedAt: z.number(),
  isDeleted: z.boolean(),
  /** The lead that this one was merged into. */
  mergedInto: z.string().nullable(),
  opportunityId: z.string().nullable(),
  contactId: z.string().nullable(),
  mark: markShape.nullable(),
  fields: z.record(z.string(), z.string()).nullable(),
})
export type Lead = z.infer<typeof leadShape>

/** A row of the statement that `leadColumns` made. */
export function readLead(row: Row, settings: Settings): { lead: Lead; identity: RawIdentity | null } {
  const createdAt = momentOf(row, 'CreatedDate')
  const other = (column: string) => id18(textOf(row, column) ?? '')
  const lead: Lead = {
    id: idIn(row, 'Id'),
    status: textOf(row, 'Status') ?? '',
    pipeline: textOf(parentOf(row, 'RecordType'), 'DeveloperName') ?? MASTER,
    createdAt,
    modifiedAt: momentOf(row, 'SystemModstamp'),
    isDeleted: row.IsDeleted === true,
    mergedInto: other('MasterRecordId'),
    opportunityId: other('ConvertedOpportunityId'),
    contactId: other('ConvertedContactId'),
    mark: readMark(row, columnOf(settings), 'lead', createdAt),
    fields: keptFields(row, settings),
  }
  return { lead, identity: identityOf([{ row, as: 'lead' }]) }
}
