import { z } from 'zod'
import { Audit } from '../../core/model/audit.ts'
import { MoneyText } from '../../core/model/story.ts'

const Count = z.number().int().min(0)

const Pulled = z.strictObject({
  connectionId: z.string(),
  timezone: z.string().describe('of the ad account, as TikTok says; empty when it could not be asked'),
  currency: z.string(),
  from: z.string().describe('first account day that was asked for; empty when none was'),
  to: z.string(),
  days: Count.describe('days that were brought whole'),
  restated: Count.describe('of these, ended days of which TikTok said something else than before'),
  campaigns: Count,
  ads: Count,
  rows: Count,
  requests: Count,
  problems: z
    .array(z.strictObject({ what: z.string(), remedy: z.string() }))
    .describe('what could not be had; the days it belongs to are marked incomplete'),
})

const Text = z.string().nullable()
const Utm = z.strictObject({
  source: Text,
  medium: Text,
  campaign: Text,
  content: Text,
  term: Text,
  id: Text,
})

/** What the commands of reporting.ts print with `--json`. */
export const REPORTING_SCHEMAS = {
  insights: z.strictObject({
    connections: z.array(Pulled),
    failed: z
      .array(z.strictObject({ connectionId: z.string(), message: z.string(), remedy: z.string() }))
      .describe('connections that could not be tried'),
  }),
  audit: z.strictObject({ audits: z.array(Audit) }),
  spend: z.strictObject({
    file: z.string(),
    rows: Count,
    added: Count,
    changed: Count.describe('known days of a channel and campaign that said something else'),
    unchanged: Count,
    channels: z.array(
      z.strictObject({ channel: z.string(), from: z.iso.date(), to: z.iso.date(), spend: MoneyText }),
    ),
  }),
  'utm build': z.strictObject({ url: z.string() }),
  'utm lint': z.strictObject({
    campaignsKnown: z.boolean().describe('false: whether the campaigns exist could not be checked'),
    links: z.array(
      z.strictObject({
        utm: Utm,
        count: Count.describe('clicks that carried them'),
        problems: z.array(z.strictObject({ parameter: z.string(), message: z.string(), remedy: z.string() })),
      }),
    ),
  }),
} as const
