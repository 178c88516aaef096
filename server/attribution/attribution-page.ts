import type { ECBasicOption } from 'echarts/types/dist/shared'
import { type Html, html } from '../html.ts'
import { COLOURS, chartSvg } from '../reports/chart.ts'
import { pageTable, reportPage } from '../reports/page.ts'
import { type AttributionLevel, type AttributionView, decimalText } from './view.ts'

/** Channels drawn; the table under the picture has all. */
const DRAWN = 8
const ROW_HEIGHT = 60

/** An attribution report as one HTML file: models side by side as a picture, every figure in tables under it. */
export async function attributionPage(view: AttributionView): Promise<string> {
  const [channels, ...deeper] = view.levels
  const picture = channels && channels.rows.length > 0 ? await drawing(view, channels) : null
  return reportPage(view.title, [
    html`<h1>${view.title}</h1>`,
    ...view.summary.map((line) => html`<p class="quiet">${line}</p>`),
    ...view.notes.map((note) => html`<p class="note">${note}</p>`),
    ...(picture ? [html`<h2>Conversions by channel and model</h2>`, picture] : []),
    ...(channels ? section(view, channels) : []),
    ...deeper.flatMap((level) => section(view, level)),
  ])
}

async function drawing({ models }: AttributionView, { rows }: AttributionLevel): Promise<Html> {
  const drawn = rows.slice(0, DRAWN)
  const option = (width: number): ECBasicOption => ({
    color: [...COLOURS.series],
    legend: { data: [...models], top: 0, textStyle: { color: COLOURS.quiet } },
    grid: { left: 4, right: 12, top: width < 500 ? 60 : 36, bottom: 4 },
    xAxis: {
      type: 'value',
      splitLine: { lineStyle: { color: COLOURS.line } },
      axisLabel: { color: COLOURS.quiet },
      splitNumber: width < 500 ? 3 : 6,
    },
    yAxis: {
      type: 'category',
      inverse: true,
      data: drawn.map(({ names }) => names.join(', ')),
      axisLabel: { color: COLOURS.ink },
      axisTick: { show: false },
      axisLine: { lineStyle: { color: COLOURS.line } },
    },
    series: models.map((model, at) => ({
      name: model,
      type: 'bar',
      barGap: '10%',
      data: drawn.map(({ credited }) => Number((credited[at]?.conversions ?? 0).toFixed(4))),
    })),
  })
  return { html: await chartSvg(option, 80 + drawn.length * Math.max(ROW_HEIGHT, models.length * 12)) }
}

function section({ models }: AttributionView, { titles, rows }: AttributionLevel): Html[] {
  const hasSpend = rows.some(({ spend }) => spend !== null)
  const columns = [
    ...titles.map((title) => ({ title })),
    ...(hasSpend ? [{ title: 'spend', number: true as const }] : []),
    ...models.map((title) => ({ title, number: true as const })),
  ]
  return [
    html`<h2>${titles.join(', ')}</h2>`,
    html`<p class="quiet">Conversions, and under them what they are worth${hasSpend ? ', cost per conversion and return on ad spend' : ''}.</p>`,
    pageTable(
      columns,
      rows.map(({ names, spend, credited }) => ({
        cells: [
          ...names,
          ...(hasSpend ? [spend ?? '-'] : []),
          ...credited.map(
            ({ conversions, value, cpa, roas }) =>
              html`${decimalText(conversions)}<br><span class="quiet">${value}${
                cpa === null ? null : html`<br>${cpa}`
              }${roas === null ? null : html`<br>${roas}`}</span>`,
          ),
        ],
      })),
    ),
  ]
}
