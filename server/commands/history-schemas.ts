import { z } from 'zod'
import { DELIVERY_STATES, HOLD_REASONS, REASONS } from '../../core/model/delivery.ts'
import { MoneyText } from '../../core/model/story.ts'

const Count = z.number().int().min(0)
const Amount = z.strictObject({ count: Count, values: z.array(MoneyText).describe('exact, one a currency') })
const Difference = z.strictObject({ count: z.number().int(), values: z.array(MoneyText) })
const Reasons = z.array(z.strictObject({ reason: z.enum(REASONS), count: Count }))
const Held = z.array(z.strictObject({ reason: z.enum(HOLD_REASONS), count: Count }))
const Issues = z.array(
  z.strictObject({ path: z.string(), message: z.string(), remedy: z.string().optional() }),
)
const Sources = z.array(
  z.strictObject({
    sourceId: z.string(),
    from: z.enum(['crm', 'ledger']).describe("the CRM's own history, or what the ledger saw"),
  }),
)
const Target = { ruleId: z.string(), connectionId: z.string(), event: z.string() }

const PreviewLine = z.strictObject({
  ...Target,
  would: Amount.extend({
    matchScore: z
      .strictObject({
        average: z.number(),
        deviation: z.number().describe('standard deviation'),
        lowest: z.number(),
        highest: z.number(),
      })
      .nullable(),
    beforeStart: Count.describe('of them: before the start'),
    tooOld: Count.describe('of them: past the age limit by now'),
  }).describe('what the rule sends, start limits set aside'),
  held: Held.describe('what it would hold'),
  sent: Amount.describe('accepted by TikTok for the same stage changes'),
  difference: Difference.describe('would less sent'),
  states: z
    .array(z.strictObject({ state: z.enum(DELIVERY_STATES), count: Count }))
    .describe('the deliveries there are'),
  reasons: Reasons.describe('why the others do not go'),
})

/** What preview, backfill and import print with `--json`. */
export const HISTORY_SCHEMAS = {
  preview: z.strictObject({
    since: z.iso.datetime(),
    until: z.iso.datetime(),
    sourceId: z.string().nullable().describe('null: every source'),
    changes: Count.describe('stage changes looked at'),
    sources: Sources,
    rules: z.array(PreviewLine).describe('the present rules'),
    unmatched: Reasons.describe('stage changes that no rule matches'),
    proposed: z
      .strictObject({
        file: z.string(),
        rules: z.array(PreviewLine),
        unmatched: Reasons,
        difference: z
          .array(Difference.extend(Target))
          .describe('what its rules send more or less than the present ones'),
      })
      .nullable()
      .describe('the rules of --rules'),
  }),
  backfill: z.strictObject({
    since: z.iso.datetime(),
    sourceId: z.string().nullable(),
    sources: Sources,
    planned: Count.describe('deliveries that would be made'),
    lines: z.array(
      Amount.extend({
        connectionId: z.string(),
        event: z.string(),
        held: Held,
        tooOld: Amount.describe('left out: older than TikTok takes'),
      }),
    ),
    oldest: z
      .strictObject({
        sourceId: z.string(),
        record: z.strictObject({ type: z.string(), id: z.string() }),
        occurredAt: z.iso.datetime(),
      })
      .nullable(),
    written: z.boolean().describe('false without --yes'),
    made: Count.describe('deliveries made'),
  }),
  import: z.strictObject({
    file: z.string(),
    sourceId: z.string(),
    encoding: z.string(),
    delimiter: z.string(),
    written: z.boolean().describe('false without --yes'),
    rows: Count,
    received: Count.describe('new to the source'),
    duplicates: Count,
    conflicts: Count.describe('known rows with other content: the first stands'),
    broken: Count,
    brokenRows: z.array(z.strictObject({ line: Count, issues: Issues })).describe('the first 10,000 of them'),
    stages: z
      .array(Amount.extend({ stage: z.string(), milestone: z.string() }))
      .describe('what was received'),
    lines: z
      .array(
        z.strictObject({
          ...Target,
          goes: Amount,
          tooOld: Count.describe('past the age limit already'),
          held: Held,
          reasons: Reasons,
        }),
      )
      .describe('what becomes of it'),
    unmatched: Reasons,
    samples: z.array(
      z.strictObject({
        line: Count,
        record: z.strictObject({ type: z.string(), id: z.string() }),
        stage: z.string(),
        occurredAt: z.iso.datetime(),
        amount: MoneyText.nullable(),
        fields: z.array(z.string()).describe('which other fields have a value'),
      }),
    ),
  }),
} as const
