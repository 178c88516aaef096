import { z } from 'zod'

/** One finding of a preflight. */
export const FindingShape = z.object({
  name: z.string(),
  status: z.enum(['ok', 'warning', 'failed', 'not_checked']),
  detail: z.string(),
  remedy: z.string().nullable(),
})

/** One step of an installation. */
export const InstallStepShape = z.object({
  name: z.string(),
  state: z.enum(['exists', 'created', 'would create', 'by hand', 'failed']),
  detail: z.string(),
})

const Count = z.number().int().min(0)

/** What one source had to tell when it was polled. */
export const PollReportShape = z.object({
  sourceId: z.string(),
  state: z.enum(['done', 'failed', 'busy', 'stopped']),
  pages: Count,
  received: Count.describe('hints that were not known yet'),
  duplicates: Count,
  error: z.object({ message: z.string(), remedy: z.string().nullable() }).nullable(),
})

/** Stages and fields of a CRM, for the page that maps them. */
export const SourceDescription = z.object({
  account: z
    .object({
      id: z.string(),
      name: z.string(),
      currency: z.string().nullable(),
      timezone: z.string().nullable(),
    })
    .nullable(),
  pipelines: z.array(
    z.object({
      id: z.string(),
      label: z.string(),
      recordType: z.string(),
      stages: z.array(z.object({ id: z.string(), label: z.string(), milestone: z.string() })),
    }),
  ),
  fields: z.array(
    z.object({ recordType: z.string(), name: z.string(), label: z.string(), type: z.string() }),
  ),
})
