import { campaignsOf } from '../ledger/hierarchy.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { recentTouchpoints } from '../ledger/recent-touchpoints.ts'
import type { Touchpoint, Utm } from '../model/record.ts'
import { share } from '../model/share.ts'
import { type KnownCampaigns, type UtmProblem, utmProblems } from '../model/utm.ts'

/** Touchpoints looked at, the newest: enough for any convention to show. */
const NEWEST = 100_000

/** Links with the same parameters, and what is wrong with them. */
export interface LintedUtm {
  utm: Utm
  /** Clicks and visits that carried them. */
  count: number
  problems: UtmProblem[]
}

/** What the clicks of TikTok's ads carried since `since` (epoch ms), most frequent first. */
export async function lintSeen(
  ledger: Pick<Ledger, 'reader'>,
  { since, campaigns }: { since: number; campaigns: KnownCampaigns | null },
): Promise<LintedUtm[]> {
  const seen = new Map<string, LintedUtm>()
  for (const touchpoint of await recentTouchpoints(ledger.reader, { since, most: NEWEST })) {
    if (!isTikToks(touchpoint)) continue
    const utm = touchpoint.utm ?? NOTHING
    const key = JSON.stringify(utm)
    const known = seen.get(key)
    if (known) known.count++
    else seen.set(key, { utm, count: 1, problems: utmProblems(utm, campaigns) })
  }
  return [...seen.values()].sort((a, b) => b.count - a.count)
}

/** Of the clicks counted, those whose values break the convention, 0 to 1; null without a click. */
export function brokenShare(linted: readonly LintedUtm[]): number | null {
  const sum = (of: readonly LintedUtm[]) => of.reduce((all, { count }) => all + count, 0)
  return share(sum(linted.filter(({ problems }) => problems.length > 0)), sum(linted))
}

const NOTHING: Utm = { source: null, medium: null, campaign: null, content: null, term: null, id: null }

/** A click with TikTok's id, or a visit whose source means TikTok however it is written. */
function isTikToks({ ttclid, utm }: Touchpoint): boolean {
  return ttclid !== null || /^(tik[\s_-]*tok|tt)\b/i.test(utm?.source?.trim() ?? '')
}

/** Every campaign of these connections; null where none was ever pulled. */
export async function knownCampaigns(
  { reader }: Pick<Ledger, 'reader'>,
  connectionIds: readonly string[],
): Promise<KnownCampaigns | null> {
  const campaigns = (await Promise.all(connectionIds.map((id) => campaignsOf(reader, id)))).flat()
  if (campaigns.length === 0) return null
  return {
    names: new Set(campaigns.map(({ name }) => name.trim().toLowerCase())),
    ids: new Set(campaigns.map(({ campaign_id }) => campaign_id)),
  }
}
