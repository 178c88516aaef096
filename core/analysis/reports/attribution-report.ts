import { insightTotals } from '../../ledger/insights.ts'
import { wonJourneys } from '../../ledger/journeys.ts'
import type { Db } from '../../ledger/ledger.ts'
import { spendByChannel } from '../../ledger/spend.ts'
import { dayEnd, dayStart } from '../../model/account-day.ts'
import type { LedgerAttribution, Model } from '../../model/attribution.ts'
import { convert, toDecimal } from '../../model/money.ts'
import type { Touchpoint } from '../../model/record.ts'
import { DAY } from '../../model/time.ts'
import type { Connection, Workspace } from '../../model/workspace.ts'
import { attributeLevels, type LedgerJourney, placeKey } from '../attribution/attribute.ts'
import { type Names, placeOf, TIKTOK } from '../attribution/channel.ts'
import type { ModelOptions } from '../attribution/models.ts'
import { exchangeInto } from '../reconciliation/exchange.ts'
import { accountNames } from './account-names.ts'

export interface AttributionQuery {
  workspace: Workspace
  /** Whose days, currency and TikTok spend. */
  connection: Connection
  /** Account days, both included. */
  from: string
  to: string
  models: readonly Model[]
  how: ModelOptions
  /** Touches longer before the win than this do not count. */
  lookbackDays: number
}

/** Which channels, campaigns, ad groups and ads earned the deals that were won in a period. */
export async function attributionReport(reader: Db, query: AttributionQuery): Promise<LedgerAttribution> {
  const { workspace, connection, from, to, models, how, lookbackDays } = query
  const { timezone, currency } = connection
  const { exchange, rateTimes } = exchangeInto(workspace.rates, connection)
  const unconverted = new Map<string, number>()
  const inCurrency = (money: { minor: number; currency: string }, at: number): number | null => {
    if (money.currency === currency) return money.minor
    const rate = exchange.rateOf(money.currency, rateTimes.filter((time) => time <= at).length)
    if (rate !== null) return convert(money, rate, currency).minor
    unconverted.set(money.currency, (unconverted.get(money.currency) ?? 0) + 1)
    return null
  }
  const period = { from: dayStart(from, timezone), to: dayEnd(to, timezone), lookbackMs: lookbackDays * DAY }
  const read: { touches: Touchpoint[]; wonAt: number; minor: number }[] = []
  for await (const page of wonJourneys(reader, period))
    for (const { touches, wonAt, amount } of page)
      read.push({ touches, wonAt, minor: amount === null ? 0 : (inCurrency(amount, wonAt) ?? 0) })
  const names = await accountNames(
    reader,
    connection.id,
    read.flatMap(({ touches }) => touches),
  )
  const journeys = read.map(
    ({ touches, wonAt, minor }): LedgerJourney => ({
      places: touches.map((touch) => placeOf(touch, names)),
      ages: touches.map(({ at }) => wonAt - at),
      minor,
    }),
  )
  const spend = await spendOf(reader, query, names, (money) => inCurrency(money, period.to))
  const levels = attributeLevels(journeys, models, how, { spend, currency })
  const value = journeys.reduce((sum, { minor }) => sum + minor, 0)
  return {
    connectionId: connection.id,
    from,
    to,
    timezone,
    currency,
    lookbackDays,
    journeys: {
      conversions: journeys.length,
      value: { amount: toDecimal(value, currency), currency },
      touches: journeys.reduce((sum, { places }) => sum + places.length, 0),
      unknown: journeys.filter(({ places }) => places.length === 0).length,
    },
    models: channelsByModel(levels[0], models),
    levels,
    notes: [...unconverted.keys()]
      .sort()
      .map(
        (code) =>
          `There is no rate into ${currency} for ${code}: such amounts count as nothing. Add one to rates.`,
      ),
  }
}

function channelsByModel(
  channels: LedgerAttribution['levels'][number] | undefined,
  models: readonly Model[],
): LedgerAttribution['models'] {
  return Object.fromEntries(
    models.map((model, at) => [
      model,
      (channels?.rows ?? []).flatMap(({ names: [channel = ''], credited }) => {
        const given = credited[at]
        return given ? { channel, conversions: given.conversions, value: given.value } : []
      }),
    ]),
  )
}

/** What channels and campaigns cost: TikTok's by its own figures, the others as imported. */
async function spendOf(
  reader: Db,
  { connection, from, to }: AttributionQuery,
  names: Names,
  inCurrency: (money: { minor: number; currency: string }) => number | null,
): Promise<Map<string, number>> {
  const spend = new Map<string, number>()
  const add = (place: readonly string[], minor: number) => {
    const key = placeKey(place)
    spend.set(key, (spend.get(key) ?? 0) + minor)
  }
  const tiktok = await insightTotals(reader, { connectionId: connection.id, from, to, level: 'campaign' })
  for (const { entityId, figures } of tiktok) {
    const minor = Number(figures.spend_minor ?? 0n)
    add([TIKTOK], minor)
    add([TIKTOK, names.campaign(entityId)], minor)
  }
  for (const { channel, campaign, currency, minor } of await spendByChannel(reader, { from, to })) {
    const converted = inCurrency({ minor: Number(minor), currency })
    if (converted === null) continue
    const name = channel.trim().toLowerCase()
    add([name], converted)
    if (campaign !== '') add([name, campaign], converted)
  }
  return spend
}
