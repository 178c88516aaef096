export interface MetricSample {
  name: string
  labels: Record<string, string>
  value: number
}

const LINE = /^([a-zA-Z_:][\w:]*)(?:\{((?:[a-zA-Z_]\w*="(?:[^"\\\n]|\\["\\n])*",?)*)\})? (\S+)$/
const LABEL = /([a-zA-Z_]\w*)="((?:[^"\\\n]|\\["\\n])*)"/g

/** Reads Prometheus text as its format says (0.0.4); throws for a line that is none, and for a sample that comes twice. */
export function parseMetrics(text: string): MetricSample[] {
  if (!text.endsWith('\n')) throw new Error('the last line is not ended')
  const seen = new Set<string>()
  return text.split('\n').flatMap((line) => {
    if (line === '' || /^# (HELP|TYPE) [a-zA-Z_:][\w:]* ./.test(line)) return []
    const [, name, labels = '', number = ''] = LINE.exec(line) ?? []
    const value = number === '+Inf' ? Infinity : Number(number)
    if (name === undefined || (Number.isNaN(value) && number.toLowerCase() !== 'nan'))
      throw new Error(`not a sample: ${line}`)
    if (seen.has(`${name}{${labels}}`)) throw new Error(`twice: ${line}`)
    seen.add(`${name}{${labels}}`)
    const entries = [...labels.matchAll(LABEL)].map(([, key = '', said = '']) => [key, said])
    return [{ name, labels: Object.fromEntries(entries), value }]
  })
}
