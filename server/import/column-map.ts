import { z } from 'zod'
import { ENCODINGS } from './encoding.ts'

/** Fields of the webhook's native body that a cell can fill; `fields.NAME` beside them. */
export const NATIVE_FIELDS = [
  'id',
  'record.type',
  'record.id',
  'record.pipeline',
  'stage',
  'previousStage',
  'occurredAt',
  'amount',
  'currency',
  'orderId',
  'contact.email',
  'contact.phone',
  'contact.externalId',
  'contact.firstName',
  'contact.lastName',
  'contact.zip',
  'contact.city',
  'contact.state',
  'contact.country',
  'contact.ip',
  'contact.userAgent',
  'contact.locale',
  'click.ttclid',
  'click.ttp',
  'click.clickedAt',
  'utm.source',
  'utm.medium',
  'utm.campaign',
  'utm.content',
  'utm.term',
  'utm.id',
  'pageUrl',
  'referrer',
  'leadId',
  'eventId',
  'eventName',
  'consent',
  'limitedDataUse',
] as const

const Names = z.union(
  [z.string().min(1), z.array(z.string().min(1)).min(1)],
  'use the name of a column, or a list of them',
)

const Column = z.union(
  [
    z.string().min(1),
    z.strictObject({
      column: Names.describe('of several, the first that is not empty counts'),
      lookup: z.record(z.string(), z.string()).describe('what a cell says: what it means').optional(),
      format: z.string().min(1).describe('of a date, such as M/D/YYYY').optional(),
      timezone: z.string().min(1).describe('of a date, such as America/New_York').optional(),
    }),
    z.strictObject({ value: z.union([z.string(), z.number(), z.boolean()]).transform(String) }),
  ],
  'use a column name, { column: NAME, lookup: …, format: … } or { value: … }',
)
export type Column = z.infer<typeof Column>

/** How the columns of a file become the native body of the webhook. */
export const ColumnMap = z.strictObject({
  columns: z.record(z.string(), Column).describe('native field, such as record.id or contact.email: column'),
  key: Names.describe('columns that name a row for ever; else record, stage and time do').optional(),
  encoding: z.enum(ENCODINGS).optional(),
  delimiter: z.string().length(1, 'use one character').optional(),
  decimal: z.enum(['point', 'comma']).describe('how amounts are written').optional(),
  dateFormat: z.string().min(1).describe('of every date without its own, such as M/D/YYYY').optional(),
  timezone: z.string().min(1).describe('of every date without its own').optional(),
})
export type ColumnMap = z.infer<typeof ColumnMap>
