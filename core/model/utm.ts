import type { Utm } from './record.ts'
import { UNEXPANDED_MACRO, URL_MACROS } from './tiktok.ts'

/** What a link of a TikTok ad carries, so that its clicks can be told from all others and told apart. */
export const TRACKING = {
  utm_source: 'tiktok',
  utm_medium: 'paid_social',
  utm_campaign: URL_MACROS.campaignName,
  utm_id: URL_MACROS.campaignId,
  utm_term: URL_MACROS.adGroupId,
  utm_content: URL_MACROS.adId,
} as const

/** Something in the parameters of a link that breaks the convention. */
export interface UtmProblem {
  /** `utm_source` and so on. */
  parameter: string
  message: string
  remedy: string
}

/** Campaigns that exist, by name in small letters and by id; null where nobody knows any. */
export interface KnownCampaigns {
  names: ReadonlySet<string>
  ids: ReadonlySet<string>
}

const CORRECT = 'Correct the link of the ad: "closeback utm build URL" makes one.'

/** Everything about the parameters of a TikTok link that makes its clicks count elsewhere, or nowhere. */
export function utmProblems(utm: Utm, campaigns: KnownCampaigns | null): UtmProblem[] {
  const problems: UtmProblem[] = []
  const add = (parameter: string, message: string, remedy = CORRECT) =>
    problems.push({ parameter, message, remedy })
  for (const name of ['source', 'medium'] as const) {
    const wanted = TRACKING[`utm_${name}`]
    const value = utm[name]
    if (value === null) add(`utm_${name}`, `is missing; use ${wanted}`)
    else if (value !== wanted) add(`utm_${name}`, `is "${value}" instead of ${wanted}`)
  }
  for (const [name, value] of Object.entries(utm)) {
    if (value === null) continue
    if (UNEXPANDED_MACRO.test(value))
      add(`utm_${name}`, `is the macro ${value}, which TikTok did not fill in`, macroRemedy(value))
    else if (value !== value.trim() || /%[0-9A-Fa-f]{2}/.test(value))
      add(`utm_${name}`, 'has spaces around it, or is encoded twice')
  }
  const named = utm.id !== null || utm.campaign !== null
  if (!named) add('utm_campaign', 'is missing, and so is utm_id: the campaign cannot be told')
  else if (campaigns !== null && !isKnown(utm, campaigns) && !isMacro(utm.id) && !isMacro(utm.campaign))
    add(
      utm.id === null ? 'utm_campaign' : 'utm_id',
      `names no campaign of the account: "${utm.id ?? utm.campaign}"`,
      'Use the macros of "closeback utm build", or rename the campaign; "closeback insights" brings new ones.',
    )
  return problems
}

function isKnown({ id, campaign }: Utm, { ids, names }: KnownCampaigns): boolean {
  return (id !== null && ids.has(id)) || (campaign !== null && names.has(campaign.trim().toLowerCase()))
}

function isMacro(value: string | null): boolean {
  return value !== null && UNEXPANDED_MACRO.test(value)
}

function macroRemedy(value: string): string {
  const known = (Object.values(URL_MACROS) as string[]).includes(value)
  return known
    ? 'Look whether the click came from a preview of the ad, where macros stay as they are.'
    : CORRECT
}

/** What utm parameters a page address has. */
export function utmOf(url: URL): Utm {
  const value = (name: string) => url.searchParams.get(`utm_${name}`)
  return {
    source: value('source'),
    medium: value('medium'),
    campaign: value('campaign'),
    content: value('content'),
    term: value('term'),
    id: value('id'),
  }
}

/** A link for TikTok ads: the address with the convention's parameters, TikTok's macros left for it to fill in. */
export function trackingUrl(
  url: URL,
  given: Readonly<Partial<Record<keyof typeof TRACKING, string>>> = {},
): string {
  const built = new URL(url)
  // TikTok adds its own; one in the link would credit every click to the first.
  built.searchParams.delete('ttclid')
  for (const [name, value] of Object.entries({ ...TRACKING, ...given })) built.searchParams.set(name, value)
  return built.href
}
