import type { Db } from '../../ledger/ledger.ts'
import { type JourneyCursor, type NewestJourney, newestJourneys } from '../../ledger/newest-journeys.ts'
import { dayEnd, dayStart } from '../../model/account-day.ts'
import type { DealJourneys } from '../../model/journeys.ts'
import { toDecimal } from '../../model/money.ts'
import { DAY, toIso } from '../../model/time.ts'
import type { Connection } from '../../model/workspace.ts'
import { placeOf, UNKNOWN } from '../attribution/channel.ts'
import { accountNames } from './account-names.ts'

export interface JourneysQuery {
  /** Whose days, and whose names of campaigns. */
  connection: Connection
  /** Account days, both included. */
  from: string
  to: string
  /** Touches longer before the win than this do not count. */
  lookbackDays: number
  /** Only deals that this channel touched; null for all. */
  channel: string | null
  before: JourneyCursor | null
  limit: number
}

/** Stage changes looked at for one page at most, so that a rare channel does not read the whole ledger. */
const MOST_CHUNKS = 40

/** Single deals and the touches that led to them, a page at a time. */
export async function journeysReport(reader: Db, query: JourneysQuery): Promise<DealJourneys> {
  const { connection, from, to, lookbackDays, channel, limit } = query
  const { timezone, id: connectionId } = connection
  const period = {
    from: dayStart(from, timezone),
    to: dayEnd(to, timezone),
    lookbackMs: lookbackDays * DAY,
    before: query.before,
  }
  const found: DealJourneys['deals'] = []
  let last: JourneyCursor | null = null
  let chunks = 0
  const told = (): DealJourneys => ({
    connectionId,
    from,
    to,
    timezone,
    deals: found,
    before: last && `${last.at}-${last.id}`,
  })
  for await (const page of newestJourneys(reader, period)) {
    const names = await accountNames(
      reader,
      connectionId,
      page.flatMap(({ touches }) => touches),
    )
    for (const journey of page) {
      const touches = journey.touches.map((touch) => ({
        at: toIso(touch.at),
        kind: touch.kind,
        place: withoutEnd(placeOf(touch, names)),
      }))
      const channels = touches.length === 0 ? [UNKNOWN] : touches.map(({ place }) => place[0])
      if (channel !== null && !channels.includes(channel)) continue
      if (found.length === limit) return told()
      found.push(dealOf(journey, touches))
      last = journey.cursor
    }
    const end = page.at(-1)?.cursor
    if (++chunks >= MOST_CHUNKS && end) {
      last = end
      return told()
    }
  }
  last = null
  return told()
}

function dealOf(
  { sourceId, record, wonAt, amount }: NewestJourney,
  touches: DealJourneys['deals'][number]['touches'],
): DealJourneys['deals'][number] {
  return {
    sourceId,
    record,
    wonAt: toIso(wonAt),
    amount: amount && { amount: toDecimal(amount.minor, amount.currency), currency: amount.currency },
    touches,
  }
}

/** Without what a tracking URL left empty at its end. */
function withoutEnd(place: readonly string[]): string[] {
  const known = place.findLastIndex((part) => part !== '')
  return place.slice(0, known + 1)
}
