import type { Portal } from './portal.ts'
import { type CrmRecord, propertyOf } from './records.ts'
import type { Translating } from './stage-changes.ts'

/** What the deals are read with: stages once more when one of them is new, the account's currency only when one needs it. */
export async function translating(deals: readonly CrmRecord[], portal: Portal): Promise<Translating> {
  const { settings } = portal.ctx
  let stages = await portal.stages()
  const isUnknown = deals.some((deal) => {
    const now = propertyOf(deal, 'dealstage')
    return now !== null && stages.find(now, null) === null
  })
  if (isUnknown) stages = await portal.stages(true)
  const needsHome = deals.some(
    (deal) => propertyOf(deal, 'amount') !== null && propertyOf(deal, 'deal_currency_code') === null,
  )
  return { settings, stages, home: needsHome ? await homeCurrency(portal) : null }
}

async function homeCurrency(portal: Portal): Promise<string | null> {
  const fallback = portal.ctx.settings.homeCurrency ?? null
  const account = await portal.account().catch((error: unknown) => {
    if (fallback === null) throw error
    return null
  })
  return account?.currency ?? fallback
}
