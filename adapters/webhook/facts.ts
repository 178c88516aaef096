import { looksPersonal, type Page, plain, stripPage } from '../../core/model/page-url.ts'
import type { ContentItem, Facts, Touchpoint, Utm } from '../../core/model/record.ts'
import type { Content } from './content.ts'
import type { Item } from './item.ts'
import type { Meaning } from './meaning.ts'

/** What is kept of an item besides the person: parts that say nothing are left out. */
export function contentOf(item: Item, meaning: Meaning, keep: readonly string[]): Content {
  const stage = String(item.stage).trim()
  const previousStage = item.previousStage?.trim()
  const pipeline = item.record.pipeline?.trim()
  const facts = factsOf(item, meaning, keep)
  const touchpoints = touchpointsOf(item, meaning, facts, keep)
  return {
    v: 1,
    stage,
    ...(previousStage ? { previousStage } : {}),
    ...(pipeline ? { pipeline } : {}),
    occurredAt: meaning.occurredAt,
    ...(meaning.browserEvent ? { browserEvent: meaning.browserEvent } : {}),
    facts,
    ...(touchpoints.length > 0 ? { touchpoints } : {}),
  }
}

function factsOf(
  item: Item,
  { money, clickedAt, prices, page }: Meaning,
  keep: readonly string[],
): Partial<Facts> {
  const facts: Partial<Facts> = {}
  const ttclid = plain(item.click?.ttclid) ?? page?.params.get('ttclid') ?? null
  const ttp = plain(item.click?.ttp)
  const utm = utmOf(item.utm, page)
  const orderId = idOf(item.orderId)
  const leadId = idOf(item.leadId)
  const referrer = referrerOf(item.referrer, keep)
  const fields = fieldsOf(item.fields)
  if (money) facts.amount = money
  if (orderId !== null) facts.orderId = orderId
  if (item.contents && item.contents.length > 0) facts.contents = contentsOf(item.contents, prices)
  if (ttclid !== null) facts.ttclid = ttclid
  if (ttp !== null) facts.ttp = ttp
  if (ttclid !== null && clickedAt !== null) facts.clickedAt = clickedAt
  if (utm) facts.utm = utm
  if (page) facts.pageUrl = page.url
  if (referrer !== null) facts.referrer = referrer
  if (leadId !== null) facts.leadId = leadId
  if (item.consent) facts.consent = item.consent
  if (typeof item.limitedDataUse === 'boolean') facts.limitedDataUse = item.limitedDataUse
  if (fields) facts.fields = fields
  return facts
}

/** The click, when its moment is known (a journey without times would be a guess), then the touches as sent. */
function touchpointsOf(
  item: Item,
  { clickedAt, touchedAt }: Meaning,
  facts: Partial<Facts>,
  keep: readonly string[],
): Touchpoint[] {
  const points: Touchpoint[] = []
  const { ttclid = null, ttp = null, utm = null, pageUrl = null, referrer = null } = facts
  if (clickedAt !== null && (ttclid !== null || ttp !== null))
    points.push({ at: clickedAt, kind: 'click', ttclid, ttp, utm, pageUrl, referrer })
  item.touches?.forEach((touch, index) => {
    const page = touch.pageUrl ? stripPage(touch.pageUrl, keep) : null
    const clicked = plain(touch.ttclid) ?? page?.params.get('ttclid') ?? null
    points.push({
      at: touchedAt[index] ?? Number.NaN,
      kind: touch.kind ?? (clicked === null ? 'visit' : 'click'),
      ttclid: clicked,
      ttp: plain(touch.ttp),
      utm: utmOf(touch.utm, page),
      pageUrl: page?.url ?? null,
      referrer: referrerOf(touch.referrer, keep),
    })
  })
  return points
}

/** Parts the body leaves out come from the page URL. */
function utmOf(said: Item['utm'], page: Page | null): Utm | null {
  if (!said && (page === null || page.params.size === 0)) return null
  const part = (name: keyof Utm) => plain(said?.[name]) ?? page?.params.get(`utm_${name}`) ?? null
  const utm = {
    source: part('source'),
    medium: part('medium'),
    campaign: part('campaign'),
    content: part('content'),
    term: part('term'),
    id: part('id'),
  }
  const any = utm.source ?? utm.medium ?? utm.campaign ?? utm.content ?? utm.term ?? utm.id
  return any === null ? null : utm
}

// Referrers of apps (android-app://) are ordinary and say nothing that can be kept, so they are no reason to refuse.
function referrerOf(said: string | null | undefined, keep: readonly string[]): string | null {
  return said ? (stripPage(said, keep)?.url ?? null) : null
}

function contentsOf(lines: NonNullable<Item['contents']>, prices: (string | null)[]): ContentItem[] {
  return lines.map((line, index) => ({
    id: String(line.id).trim(),
    price: prices[index] ?? null,
    quantity: line.quantity ?? null,
    name: plain(line.name),
    category: plain(line.category),
    brand: plain(line.brand),
  }))
}

/** Values as text; what reads like an e-mail address is left out, whatever its name. */
function fieldsOf(said: Item['fields']): Record<string, string> | null {
  if (!said) return null
  const kept = Object.entries(said)
    .filter(([name, value]) => value !== null && name !== '__proto__' && !looksPersonal(String(value)))
    .map(([name, value]) => [name, String(value)] as const)
  return kept.length === 0 ? null : Object.fromEntries(kept)
}

/** The sender's own id as text, `null` when it is blank. */
export function idOf(said: string | number | null | undefined): string | null {
  const text = said === null || said === undefined ? '' : String(said).trim()
  return text === '' ? null : text
}
