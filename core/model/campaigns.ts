import { z } from 'zod'
import { Amount } from './reconciliation.ts'
import { MoneyText } from './story.ts'

const Cost = MoneyText.nullable().describe('null: TikTok said nothing of it for these days')

/** A campaign of the account, or what no campaign of the account was named for. */
const CampaignLine = z.strictObject({
  id: z.string().nullable().describe('null: what was delivered without a campaign of this account'),
  name: z.string(),
  spend: Cost,
  spendBefore: Cost,
  delivered: Amount.describe('accepted in these days, the account currency first'),
  deliveredBefore: Amount,
  roas: z.number().nullable().describe('delivered revenue in the account currency by spend'),
})
export type CampaignLine = z.infer<typeof CampaignLine>

/** What the campaigns of one account cost, and what was delivered for them, with the period before. */
export const Campaigns = z.strictObject({
  connectionId: z.string(),
  currency: z.string(),
  from: z.iso.date(),
  to: z.iso.date(),
  before: z.strictObject({ from: z.iso.date(), to: z.iso.date() }),
  lines: z.array(CampaignLine).describe('those that cost or brought most; what is without a campaign last'),
  others: z.int().describe('campaigns that are left out'),
  spendUntil: z.iso.date().nullable().describe('the last of these days that TikTok reported'),
})
export type Campaigns = z.infer<typeof Campaigns>
