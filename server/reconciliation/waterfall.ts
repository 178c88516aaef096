import type { ECBasicOption } from 'echarts/types/dist/shared'
import type { Reconciliation } from '../../core/model/reconciliation.ts'
import { COLOURS } from '../reports/chart.ts'
import { type Bar, barLabel } from './bars.ts'

const FILLS: Record<Bar['kind'], string> = {
  book: COLOURS.series[0],
  more: COLOURS.good,
  less: COLOURS.series[6],
  unsure: COLOURS.line,
  // The only one that nobody can explain is the only red one.
  unexplained: COLOURS.bad,
}

export function waterfallHeight(bars: readonly Bar[]): number {
  return 40 + bars.length * 30
}

/** The waterfall, lying: names are long, and a page is narrow. */
export function waterfall(bars: readonly Bar[]): (width: number) => ECBasicOption {
  // A floating bar that reaches below the ground is cut there: nothing is reported less than never.
  const cut = bars.map((bar) => ({ ...bar, low: Math.max(0, bar.low), high: Math.max(0, bar.high) }))
  return (width) => ({
    grid: { left: 4, right: 36, top: 4, bottom: 4 },
    xAxis: {
      type: 'value',
      minInterval: 1,
      splitNumber: width < 500 ? 2 : 6,
      splitLine: { lineStyle: { color: COLOURS.line } },
      axisLabel: { color: COLOURS.quiet },
    },
    yAxis: {
      type: 'category',
      inverse: true,
      data: bars.map(({ name }) => name),
      axisTick: { show: false },
      axisLine: { lineStyle: { color: COLOURS.line } },
      axisLabel: {
        color: COLOURS.ink,
        width: width < 500 ? 130 : 300,
        overflow: width < 500 ? 'break' : 'truncate',
        fontSize: width < 500 ? 11 : 12,
        lineHeight: 12,
      },
    },
    series: [
      {
        type: 'bar',
        stack: 'all',
        itemStyle: { color: 'transparent' },
        silent: true,
        data: cut.map(({ low }) => low),
      },
      {
        type: 'bar',
        stack: 'all',
        barCategoryGap: '30%',
        data: cut.map(({ low, high, kind }, at) => ({
          value: high - low,
          itemStyle: {
            color: FILLS[kind],
            borderColor: kind === 'unsure' ? COLOURS.quiet : 'transparent',
            borderType: 'dashed',
          },
          label: { show: true, position: 'right', color: COLOURS.ink, formatter: barLabel(bars[at] as Bar) },
        })),
      },
    ],
  })
}

/** Deals by day: what was delivered, and what TikTok reports of the day. */
export function trend(days: Reconciliation['days']): (width: number) => ECBasicOption {
  const hasReported = days.some(({ reported }) => reported !== null)
  return (width) => ({
    color: [COLOURS.series[0], COLOURS.series[2]],
    legend: { top: 0, itemGap: 40, textStyle: { color: COLOURS.quiet } },
    grid: { left: 4, right: 12, top: 36, bottom: 4 },
    xAxis: {
      type: 'category',
      data: days.map(({ day }) => day),
      axisLabel: { color: COLOURS.quiet, hideOverlap: true, fontSize: width < 500 ? 10 : 12 },
      axisLine: { lineStyle: { color: COLOURS.line } },
    },
    yAxis: {
      type: 'value',
      minInterval: 1,
      splitLine: { lineStyle: { color: COLOURS.line } },
      axisLabel: { color: COLOURS.quiet },
    },
    series: [
      {
        name: 'delivered, by the day of the deal',
        type: 'line',
        symbolSize: 4,
        data: days.map(({ delivered }) => delivered),
      },
      ...(hasReported
        ? [
            {
              name: 'reported, by the day of the click',
              type: 'line',
              symbolSize: 4,
              data: days.map(({ reported }) => reported),
            },
          ]
        : []),
    ],
  })
}
