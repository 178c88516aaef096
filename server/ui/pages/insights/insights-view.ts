import type {
  CountMetric,
  FiguresText,
  InsightsReport,
  MoneyMetric,
} from '../../../../core/model/insights-report.ts'
import { countCell, moneyCell, NONE } from '../reports/cells.ts'
import type { QueryChange, RichCell, Table } from '../reports/table.ts'

type Day = InsightsReport['days'][number]

/** A figure of TikTok's report, by the name it has here. */
export type ShownMetric = CountMetric | MoneyMetric

/** In the order of the columns. */
export const METRIC_WORDS: Record<ShownMetric, string> = {
  spend: 'Spend',
  impressions: 'Impressions',
  clicks: 'Clicks',
  conversions: 'Conversions',
  conversions_by_day: 'Conversions, by their day',
  web_purchases: 'Purchases',
  web_purchase: 'Purchase value',
  web_leads: 'Leads',
  offline_purchases: 'Offline purchases',
  offline_purchase: 'Offline purchase value',
  offline_leads: 'Offline leads',
  offline_lead: 'Offline lead value',
  offline_contacts: 'Offline contacts',
  offline_contact: 'Offline contact value',
  crm_events: 'CRM events',
  crm_event: 'CRM event value',
}
const METRICS = Object.keys(METRIC_WORDS) as ShownMetric[]

const ROW_WORDS = { campaign: 'Campaign', ad_group: 'Ad group', ad: 'Ad' } as const

export interface InsightsView {
  finding: string
  /** Spend, and the metrics that came to something. */
  metrics: ShownMetric[]
  bars: { day: string; state: Day['state']; restated: number; size: number; text: string }[]
  days: Table
  rows: Table
  /** What TikTok said of the opened day, in order; null when none is open. */
  history: Table | null
}

const isMoney = (metric: ShownMetric, { money }: FiguresText): metric is MoneyMetric => metric in money

function numberOf(figures: FiguresText | null, metric: ShownMetric): number | null {
  if (figures === null) return null
  if (!isMoney(metric, figures)) return figures.counts[metric]
  const money = figures.money[metric]
  return money === null ? null : Number(money.amount)
}

function cellOf(figures: FiguresText | null, metric: ShownMetric): RichCell {
  if (figures === null) return NONE
  return isMoney(metric, figures) ? moneyCell(figures.money[metric]) : countCell(figures.counts[metric])
}

/** What TikTok reported, as its page shows it; `openDay` is the day whose history is shown. */
export function insightsView(
  report: InsightsReport,
  { metric, openDay }: { metric: ShownMetric; openDay: string | null },
): InsightsView {
  const metrics = METRICS.filter((each) => each === 'spend' || numberOf(report.total, each))
  const largest = Math.max(1e-9, ...report.days.map(({ figures }) => numberOf(figures, metric) ?? 0))
  const opened = report.days.find(({ day }) => day === openDay)
  return {
    finding: findingOf(report, metric),
    metrics,
    bars: report.days.map(({ day, state, restated, figures }) => ({
      day,
      state,
      restated,
      size: ((numberOf(figures, metric) ?? 0) / largest) * 100,
      text: cellOf(figures, metric).text,
    })),
    days: daysTable(report, metrics),
    rows: rowsTable(report, metrics),
    history: opened ? historyTable(report, opened, metrics) : null,
  }
}

function findingOf({ total, days, path }: InsightsReport, metric: ShownMetric): string {
  const where = path.at(-1)?.name ?? 'The account'
  const word = METRIC_WORDS[metric].toLowerCase()
  const changed = days.filter(({ restated }) => restated > 0).length
  const moving = days.filter(({ state }) => state !== 'final').length
  const notes = [
    ...(changed > 0 ? [`TikTok changed ${changed} ${changed === 1 ? 'day' : 'days'} afterwards`] : []),
    ...(moving > 0 ? [`${moving} ${moving === 1 ? 'day is' : 'days are'} not final`] : []),
  ]
  const figure = numberOf(total, metric) === null ? `no ${word}` : `${cellOf(total, metric).text} ${word}`
  return [`${where}: ${figure}`, ...notes].join('; ')
}

const figureColumns = (metrics: readonly ShownMetric[]) =>
  metrics.map((metric) => ({ title: METRIC_WORDS[metric], number: true as const }))

function daysTable(report: InsightsReport, metrics: readonly ShownMetric[]): Table {
  return {
    file: `insights-${report.connectionId}-days-${report.from}-${report.to}`,
    caption: 'By account day',
    columns: [
      { title: 'Day' },
      { title: 'State' },
      { title: 'Changed afterwards' },
      ...figureColumns(metrics),
    ],
    empty: 'The period has no day.',
    rows: report.days.map((day) => ({
      key: day.day,
      cells: [
        day.versions.length > 1 ? { text: day.day, raw: day.day, to: { day: day.day } } : day.day,
        day.problem === null ? day.state : `${day.state}: ${day.problem}`,
        restatedCell(day),
        ...metrics.map((metric) => cellOf(day.figures, metric)),
      ],
    })),
  }
}

function restatedCell({ restated, day }: Day): RichCell {
  if (restated === 0) return NONE
  return { text: restated === 1 ? 'once' : `${restated} times`, raw: restated, to: { day } }
}

function rowsTable(report: InsightsReport, metrics: readonly ShownMetric[]): Table {
  const word = ROW_WORDS[report.level]
  const opens = (id: string): QueryChange | null =>
    report.level === 'campaign' ? { campaign: id } : report.level === 'ad_group' ? { adGroup: id } : null
  return {
    file: `insights-${report.connectionId}-${report.level}s-${report.from}-${report.to}`,
    caption: `By ${word.toLowerCase()}, the largest spend first`,
    columns: [{ title: word }, { title: 'Id' }, { title: 'Status' }, ...figureColumns(metrics)],
    empty: `TikTok reported no ${word.toLowerCase()} in these days.`,
    rows: report.rows.map(({ id, name, status, deleted, figures }) => {
      const to = opens(id)
      return {
        key: id,
        cells: [
          to ? { text: name, raw: name, to } : name,
          id,
          deleted ? 'deleted' : { text: statusText(status), raw: status },
          ...metrics.map((metric) => cellOf(figures, metric)),
        ],
      }
    }),
  }
}

/** `CAMPAIGN_STATUS_DELIVERY_OK` as a person says it; files keep TikTok's own word. */
function statusText(status: string): string {
  return status
    .replace(/^(\w+_)?STATUS_/, '')
    .toLowerCase()
    .replaceAll('_', ' ')
}

function historyTable(
  report: InsightsReport,
  { day, versions }: Day,
  metrics: readonly ShownMetric[],
): Table {
  return {
    file: `insights-${report.connectionId}-${day}-history`,
    caption: `What TikTok said of ${day}, pull by pull`,
    columns: [{ title: 'Pulled' }, ...figureColumns(metrics)],
    empty: 'Only accounts and campaigns keep what TikTok said before.',
    rows: versions.map(({ pulledAt, figures }) => ({
      key: pulledAt,
      cells: [
        { text: `${pulledAt.slice(0, 16).replace('T', ' ')} UTC`, raw: pulledAt },
        ...metrics.map((metric) => cellOf(figures, metric)),
      ],
    })),
  }
}

/** The way from the account down to what is opened; each step leads back up. */
export function trailOf({ path }: InsightsReport): { name: string; to: QueryChange }[] {
  const up = (level: 'campaign' | 'ad_group'): QueryChange =>
    level === 'campaign' ? { adGroup: null, day: null } : { day: null }
  return [
    { name: 'Account', to: { campaign: null, adGroup: null, day: null } },
    ...path.map(({ level, name }) => ({ name, to: up(level) })),
  ]
}
