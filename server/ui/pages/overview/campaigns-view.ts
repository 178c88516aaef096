import type { CampaignLine, Campaigns } from '../../../../core/model/campaigns.ts'
import type { Amount } from '../../../../core/model/reconciliation.ts'
import type { MoneyText } from '../../../../core/model/story.ts'
import { moneyText } from '../../../reconciliation/words.ts'
import { amountCell, moneyCell, NONE } from '../reports/cells.ts'
import type { RichCell, Table } from '../reports/table.ts'

/** One campaign as two bars, in percent of the largest figure of all. */
export interface CampaignBar {
  key: string
  name: string
  spend: number
  delivered: number
  figure: string
  /** Both figures, for who does not see the bars. */
  says: string
}

export interface CampaignsView {
  finding: string
  note: string
  bars: CampaignBar[]
  table: Table
}

/** Spend against delivered revenue, as the overview shows it. */
export function campaignsView(of: Campaigns): CampaignsView {
  const { lines, currency, connectionId, from, to, before, others, spendUntil } = of
  const most = Math.max(1, ...lines.flatMap((line) => [units(line.spend), units(inCurrency(line, currency))]))
  return {
    finding: findingOf(of),
    note: [
      `${connectionId}: what TikTok charged${spendUntil === null ? ' is not reported yet for these days' : spendUntil < to ? `, reported up to ${spendUntil}` : ''}, against the revenue it accepted.`,
      ...(others > 0
        ? [`${others} more ${others === 1 ? 'campaign cost or brought' : 'campaigns cost or brought'} less.`]
        : []),
    ].join(' '),
    bars: lines.map((line) => {
      const delivered = inCurrency(line, currency)
      return {
        key: line.id ?? '',
        name: line.name,
        spend: (units(line.spend) / most) * 100,
        delivered: (units(delivered) / most) * 100,
        figure: line.roas === null ? '–' : `${line.roas.toFixed(1)} ×`,
        says: `${line.name}: spent ${line.spend === null ? 'not known' : moneyText(line.spend)}, delivered ${moneyText(delivered)}`,
      }
    }),
    table: {
      file: `campaigns-${connectionId}-${from}-${to}`,
      caption: `${from} to ${to}; before: ${before.from} to ${before.to}`,
      columns: [
        { title: 'Campaign' },
        ...['Spend', 'Spend before', 'Delivered revenue', 'Revenue before', 'ROAS'].map((title) => ({
          title,
          number: true as const,
        })),
      ],
      empty: 'Nothing was spent or delivered in these days.',
      rows: lines.map((line) => {
        const days = new URLSearchParams({ connection: connectionId, from, to })
        const earlier = new URLSearchParams({ connection: connectionId, ...before })
        const insights = (query: URLSearchParams) =>
          `/insights?${query}${line.id === null ? '' : `&campaign=${line.id}`}`
        return {
          key: line.id ?? 'none',
          cells: [
            line.name,
            linked(moneyCell(line.spend), insights(days)),
            linked(moneyCell(line.spendBefore), insights(earlier)),
            linked(brought(line.delivered), `/reconciliation?${days}`),
            linked(brought(line.deliveredBefore), `/reconciliation?${earlier}`),
            line.roas === null
              ? NONE
              : linked({ text: line.roas.toFixed(2), raw: line.roas }, `/attribution?${days}&figure=roas`),
          ],
        }
      }),
    },
  }
}

function findingOf({ lines, currency }: Campaigns): string {
  const [top] = lines.filter(({ id }) => id !== null)
  if (!top) {
    return lines.length === 0
      ? 'No campaign spent or brought anything in these days'
      : 'No delivered deal names a campaign of this account'
  }
  if (top.roas === null) return `“${top.name}” brought ${moneyText(inCurrency(top, currency))}`
  return `“${top.name}” brought ${top.roas.toFixed(1)} times what it cost`
}

/** What was delivered in the currency that spend is in; zero where nothing was. */
function inCurrency({ delivered }: CampaignLine, currency: string): MoneyText {
  return delivered.values.find((value) => value.currency === currency) ?? { amount: '0', currency }
}

/** Only for the length of a bar. */
function units(money: MoneyText | null): number {
  return money === null ? 0 : Math.max(0, Number(money.amount))
}

function brought(amount: Amount): RichCell {
  return amount.count === 0 ? NONE : amountCell(amount)
}

function linked(cell: RichCell, href: string): RichCell {
  return cell.raw === null ? cell : { ...cell, href }
}
