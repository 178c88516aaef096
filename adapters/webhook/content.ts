import { z } from 'zod'
import type { Facts, Touchpoint, Utm } from '../../core/model/record.ts'

/** What a ticket keeps for `hydrate`: no personal data, unknown parts left out to keep rows small. */
export interface Content {
  v: 1
  stage: string
  previousStage?: string
  pipeline?: string
  /** Epoch ms. */
  occurredAt: number
  browserEvent?: { id: string; name: string }
  facts: Partial<Facts>
  touchpoints?: Touchpoint[]
}

const told = z.string().nullable().default(null)

const utm: z.ZodType<Utm> = z.object({
  source: told,
  medium: told,
  campaign: told,
  content: told,
  term: told,
  id: told,
})

const facts = z.object({
  amount: z.object({ minor: z.int(), currency: z.string() }).nullable().default(null),
  orderId: told,
  contents: z
    .array(
      z.object({
        id: z.string(),
        price: told,
        quantity: z.number().nullable().default(null),
        name: told,
        category: told,
        brand: told,
      }),
    )
    .nullable()
    .default(null),
  ttclid: told,
  ttp: told,
  clickedAt: z.number().nullable().default(null),
  utm: utm.nullable().default(null),
  pageUrl: told,
  referrer: told,
  leadId: told,
  consent: z.enum(['granted', 'denied']).nullable().default(null),
  limitedDataUse: z.boolean().nullable().default(null),
  fields: z.record(z.string(), z.string()).nullable().default(null),
})

const touchpoint = z.object({
  at: z.number(),
  kind: z.enum(['click', 'visit']),
  ttclid: told,
  ttp: told,
  utm: utm.nullable().default(null),
  pageUrl: told,
  referrer: told,
})

/** Reads a `Content` back, unknown parts as `null`. */
export const contentSchema = z.object({
  v: z.literal(1),
  stage: z.string(),
  previousStage: told,
  pipeline: told,
  occurredAt: z.number(),
  browserEvent: z.object({ id: z.string(), name: z.string() }).nullable().default(null),
  facts,
  touchpoints: z.array(touchpoint).default([]),
})
