import type { Amount, Reconciliation } from '../../core/model/reconciliation.ts'
import { type Html, html } from '../html.ts'
import { chartSvg } from '../reports/chart.ts'
import { pageTable, reportPage } from '../reports/page.ts'
import { barsOf } from './bars.ts'
import { trend, waterfall, waterfallHeight } from './waterfall.ts'
import {
  BRIDGE_WORDS,
  bucketTitle,
  isIdle,
  isNothing,
  moneyRangeText,
  moneyText,
  rangeText,
  signed,
  stepTitle,
  valuesText,
  verdict,
} from './words.ts'

const TREND_HEIGHT = 260

/** Reconciliations as one HTML file: for each the picture first, the tables under it. */
export async function reconciliationPage(reports: readonly Reconciliation[]): Promise<string> {
  const [first] = reports
  const title = first ? `Reconciliation ${first.from} to ${first.to}` : 'Reconciliation'
  const parts = await Promise.all(reports.map(section))
  return reportPage(title, [html`<h1>${title}</h1>`, ...parts.flat()])
}

async function section(report: Reconciliation): Promise<Html[]> {
  const { connectionId, event, timezone, currency, asOf, book, days, causes, notes, windows } = report
  const bars = barsOf(report)
  const [fall, days1] = await Promise.all([
    chartSvg(waterfall(bars), waterfallHeight(bars)),
    chartSvg(trend(days), TREND_HEIGHT),
  ])
  return [
    html`<h2>${event} to ${connectionId}</h2>`,
    html`<p class="quiet">Days of ${timezone}, amounts in ${currency}${asOf === null ? '' : `, as TikTok told it by ${asOf}`}. Book: ${book.detail}.</p>`,
    html`<p><strong>${verdict(report)}</strong></p>`,
    ...notes.map((note) => html`<p class="note">${note}</p>`),
    { html: fall },
    html`<p class="quiet">Dashed bars are bounds: what may have come on the way, and nobody can count.</p>`,
    booksTable(report),
    ...(causes.length > 0 ? [html`<h3>Causes</h3>`, causesList(causes)] : []),
    html`<h3>By day</h3>`,
    { html: days1 },
    html`<h3>By campaign</h3>`,
    campaignsTable(report),
    html`<h3>Windows</h3>`,
    html`<p>Click and view window here: ${windows.connection.clickDays} and ${windows.connection.viewDays} days. At TikTok: ${
      windows.tiktok
        .map(
          ({ clickDays, viewDays, adGroups }) => `${clickDays} and ${viewDays} days in ${adGroups} ad groups`,
        )
        .join(', ') || 'not pulled'
    }. Under TikTok's windows the CRM side is ${windows.aligned.count} deals, ${valuesText(windows.aligned)}.</p>`,
    ...book.closeDates.map(
      ({ sourceId, byCloseDate, byStageDate, difference }) =>
        html`<p>${sourceId} by close date: ${byCloseDate.count} deals, ${valuesText(byCloseDate)}; by stage date ${byStageDate.count}, ${valuesText(byStageDate)}. Difference ${signed(difference.count)}, ${valuesText(difference)}.</p>`,
    ),
  ]
}

function booksTable({
  book,
  buckets,
  bridge,
  delivered,
  steps,
  expected,
  reported,
  unexplained,
  currency,
}: Reconciliation): Html {
  const exact = (name: string, amount: Amount, sum = false) => ({
    cells: [
      name,
      sum ? amount.count.toLocaleString('en-US') : signed(amount.count),
      valuesText(amount),
      'counted',
    ],
    sum,
  })
  return pageTable(
    [{ title: '' }, { title: 'deals', number: true }, { title: 'value', number: true }, { title: 'basis' }],
    [
      exact('CRM', book.total, true),
      ...buckets
        .filter(({ amount }) => amount.count > 0)
        .map(({ bucket, amount }) => ({
          cells: [
            `of them ${bucketTitle(bucket)}`,
            amount.count.toLocaleString('en-US'),
            valuesText(amount),
            'counted',
          ],
        })),
      ...bridge
        .filter(({ amount }) => !isNothing(amount))
        .map(({ step, amount }) => exact(BRIDGE_WORDS[step], amount)),
      exact('delivered', delivered, true),
      ...steps
        .filter((step) => !isIdle(step))
        .map(({ step, basis, count, value }) => ({
          cells: [stepTitle(step), rangeText(count), moneyRangeText(value), basis],
        })),
      {
        cells: [
          'to be reported',
          expected.count.low === expected.count.high
            ? expected.count.low.toLocaleString('en-US')
            : `${expected.count.low.toLocaleString('en-US')} to ${expected.count.high.toLocaleString('en-US')}`,
          moneyRangeText(expected.value),
          '',
        ],
        sum: true,
      },
      {
        cells: [
          'reported by TikTok',
          reported === null ? 'not available' : reported.count.toLocaleString('en-US'),
          reported?.value ? moneyText(reported.value) : 'not available',
          reported?.metrics.join(', ') ?? '',
        ],
        sum: true,
      },
      {
        cells: [
          'unexplained',
          unexplained === null ? 'not available' : signed(unexplained.count),
          unexplained?.value ? moneyText(unexplained.value) : `not available in ${currency}`,
          '',
        ],
        sum: true,
      },
    ],
  )
}

function causesList(causes: Reconciliation['causes']): Html {
  return html`<ul class="causes">${causes.map(
    ({ evidence, count, revenue, basis, remedy }) =>
      html`<li><strong>${count.low === count.high ? String(count.low) : `${count.low} to ${count.high}`}</strong> ${evidence} <span class="quiet">(${basis}, ${valuesText({ values: revenue })})</span><br>${remedy}</li>
`,
  )}</ul>`
}

function campaignsTable({ campaigns }: Reconciliation): Html {
  if (campaigns.length === 0) return html`<p class="quiet">None.</p>`
  return pageTable(
    [
      { title: 'campaign' },
      { title: 'delivered', number: true },
      { title: 'value', number: true },
      { title: 'reported', number: true },
      { title: 'spend', number: true },
    ],
    campaigns.map(({ name, delivered, reported, spend }) => ({
      cells: [
        name,
        delivered.count.toLocaleString('en-US'),
        valuesText(delivered),
        reported === null ? '-' : reported.toLocaleString('en-US'),
        spend === null ? '-' : moneyText(spend),
      ],
    })),
  )
}
