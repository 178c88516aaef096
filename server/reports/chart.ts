import type { ECBasicOption } from 'echarts/types/dist/shared'

/** Colours a chart may use: the page says what each is, in its light and its dark form. */
export const COLOURS = {
  ink: '#0a0b01',
  quiet: '#0a0b02',
  line: '#0a0b03',
  good: '#0a0b04',
  bad: '#0a0b05',
  soft: '#0a0b06',
  series: ['#0a0b11', '#0a0b12', '#0a0b13', '#0a0b14', '#0a0b15', '#0a0b16', '#0a0b17', '#0a0b18'],
} as const

const VARIABLES = new Map<string, string>([
  ...(['ink', 'quiet', 'line', 'good', 'bad', 'soft'] as const).map(
    (name) => [COLOURS[name], `var(--${name})`] as const,
  ),
  ...COLOURS.series.map((colour, at) => [colour, `var(--series-${at + 1})`] as const),
])

/** Wide enough for a page on a desk, and for one in a hand; the page shows the one that fits. */
const SIZES = [
  { name: 'wide', width: 880 },
  { name: 'narrow', width: 340 },
] as const

/**
 * A chart as two SVG pictures, drawn here and not in the reader's browser: nothing is left to run. `option` is made for
 * each width, in pixels.
 */
export async function chartSvg(option: (width: number) => ECBasicOption, height: number): Promise<string> {
  const [{ init, use }, charts, components, { SVGRenderer }] = await Promise.all([
    import('echarts/core'),
    import('echarts/charts'),
    import('echarts/components'),
    import('echarts/renderers'),
  ])
  use([
    charts.BarChart,
    charts.LineChart,
    components.GridComponent,
    components.LegendComponent,
    components.MarkAreaComponent,
    SVGRenderer,
  ])
  return SIZES.map(({ name, width }) => {
    const chart = init(null, null, { renderer: 'svg', ssr: true, width, height })
    chart.setOption({
      animation: false,
      textStyle: { fontFamily: 'system-ui, sans-serif', color: COLOURS.quiet },
      ...option(width),
    })
    const svg = themed(chart.renderToSVGString())
    chart.dispose()
    return `<div class="chart ${name}">${svg}</div>`
  }).join('')
}

/** Each colour becomes the page's own, so that one picture suits light and dark. */
function themed(svg: string): string {
  return svg
    .replaceAll(/#0a0b[0-9a-f]{2}/g, (colour) => VARIABLES.get(colour) ?? colour)
    .replaceAll(/<style[\s\S]*?<\/style>/g, '')
}
