import { sql } from 'kysely'
import type { Db } from './ledger.ts'
import { insertRows, total } from './rows.ts'
import type { ChannelSpendTable } from './schema-insights.ts'

/** What a channel other than TikTok cost on a day. */
export interface ChannelSpend {
  /** `2026-11-20`. */
  day: string
  channel: string
  /** Empty where nobody says. */
  campaign: string
  amount: { minor: number; currency: string }
}

/**
 * Keeps what channels cost: a (day, channel, campaign) that is there already is replaced, so that a file may be
 * imported twice. Returns how many were new and how many said something else than before.
 */
export async function putSpend(
  tx: Db,
  spend: readonly ChannelSpend[],
  importedAt: number,
): Promise<{ added: number; changed: number }> {
  const rows: ChannelSpendTable[] = spend.map(({ day, channel, campaign, amount }) => ({
    day,
    channel,
    campaign,
    amount_minor: amount.minor,
    currency: amount.currency,
    imported_at: importedAt,
  }))
  const before = await count(tx)
  const written = await insertRows<ChannelSpendTable, { day: string }>(
    tx,
    'channel_spend',
    rows,
    ['day'],
    `(day, channel, campaign) do update
      set amount_minor = excluded.amount_minor, currency = excluded.currency, imported_at = excluded.imported_at
      where channel_spend.amount_minor <> excluded.amount_minor or channel_spend.currency <> excluded.currency`,
  )
  const added = (await count(tx)) - before
  return { added, changed: written.length - added }
}

async function count(tx: Db): Promise<number> {
  const { rows } = await sql<{ n: number }>`select count(*) as n from channel_spend`.execute(tx)
  return rows[0]?.n ?? 0
}

/** What channels cost over days (both included), a row each channel, campaign and currency. */
export async function spendByChannel(
  reader: Db,
  { from, to }: { from: string; to: string },
): Promise<{ channel: string; campaign: string; currency: string; minor: bigint }[]> {
  const rows = await reader
    .selectFrom('channel_spend')
    .select(['channel', 'campaign', 'currency', total('amount_minor').as('minor')])
    .where('day', '>=', from)
    .where('day', '<=', to)
    .groupBy(['channel', 'campaign', 'currency'])
    .orderBy('channel')
    .orderBy('campaign')
    .orderBy('currency')
    .execute()
  return rows.map((row) => ({ ...row, minor: BigInt(row.minor) }))
}
