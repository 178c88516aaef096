import { z } from 'zod'
import { Reconciliation } from './reconciliation.ts'

/** What an audit watches. Shares are 0 to 1; null where there is nothing to take a share of. */
export const AuditFigures = z.strictObject({
  unexplainedShare: z.number().nullable().describe('of what TikTok reports'),
  matchRate: z
    .number()
    .nullable()
    .describe('attributed of what the pixel received; other sets have no such figure'),
  ttclidRate: z.number().nullable().describe('of accepted deals, those with a click id'),
  rejectedShare: z.number().nullable().describe('of deals that TikTok answered'),
  brokenUtmShare: z
    .number()
    .nullable()
    .describe('of clicks from TikTok on all connections, those whose UTM values break the naming convention'),
  lagHours: z.number().nullable().describe('median from the stage change to the delivery'),
})
export type AuditFigures = z.infer<typeof AuditFigures>
export type AuditFigure = keyof AuditFigures

const Finding = z.strictObject({
  figure: AuditFigures.keyof(),
  from: z.number().nullable().describe('in the audit before; null when there was none'),
  to: z.number(),
  since: z.iso.datetime().describe('when the audit before was made, else this one'),
  what: z.string(),
  remedy: z.string(),
})
export type AuditFinding = z.infer<typeof Finding>

/** One connection and event, held against the audit before. */
export const Audit = z.strictObject({
  connectionId: z.string(),
  event: z.string(),
  from: z.iso.date(),
  to: z.iso.date(),
  madeAt: z.iso.datetime(),
  figures: AuditFigures,
  findings: z.array(Finding),
  report: Reconciliation,
})
export type Audit = z.infer<typeof Audit>
