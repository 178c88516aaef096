import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { markov as markovModel } from '../core/analysis/attribution/markov.ts'
import { readPaths } from '../server/attribution/read-paths.ts'
import { median } from './paired.ts'
import { rounds } from './rounds.ts'
import { type Bench, ratioRow } from './row.ts'

const ROWS = 10_000
const CHANNELS = 12
/** The model may take three times as long. */
const LEAST = 0.34

/** Markov against the least that parsing its file takes, without a single check; `CLOSEBACK_PATHS` names another file than the made-up one. */
export const markov: Bench = async ({ quick }) => {
  const directory = await mkdtemp(join(tmpdir(), 'closeback-bench-'))
  const given = process.env.CLOSEBACK_PATHS
  const file = given ?? join(directory, 'paths.csv')
  try {
    if (!given) await writeFile(file, madeUp())
    const times: { parse: number; orders: number[] }[] = []
    for (const round of rounds(quick)) {
      const journeys = await readPaths(file)
      const text = await readFile(file, 'utf8')
      const began = performance.now()
      parseOnly(text)
      const parse = performance.now() - began
      const orders = ([1, 2, 3] as const).map((order) => {
        const from = performance.now()
        markovModel(journeys, order)
        return performance.now() - from
      })
      if (round > 0) times.push({ parse, orders })
    }
    const ms = (time: number) => `${time.toFixed(1)} ms`
    const against = ms(median(times.map(({ parse }) => parse)))
    return {
      rows: [1, 2, 3].map((order, at) => {
        const figure = ms(median(times.map(({ orders }) => orders[at] ?? 0)))
        const ratio = median(times.map(({ parse, orders }) => parse / (orders[at] ?? 1)))
        return ratioRow(`markov, order ${order}`, { figure, against }, ratio, order === 1 ? LEAST : null)
      }),
      notes: [],
    }
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

function parseOnly(text: string): unknown[] {
  return text.split('\n').map((line) => {
    const [path = '', ...counts] = line.split(',')
    return { touches: path.split('>').map((touch) => touch.trim()), counts: counts.map(Number) }
  })
}

/** Journeys as in published sets: most of them short, some long, a few channels in most of them. */
function madeUp(): string {
  let seed = 1
  const random = () => {
    seed = (seed * 48_271) % 2_147_483_647
    return seed / 2_147_483_647
  }
  const lines = ['path,total_conversions,total_conversion_value,total_null']
  for (let row = 0; row < ROWS; row++) {
    const touches = Array.from(
      { length: 1 + Math.floor(-5 * Math.log(1 - random())) },
      () => `channel-${Math.floor(random() ** 2 * CHANNELS)}`,
    )
    const conversions = Math.floor(random() * 3)
    lines.push(`${touches.join(' > ')},${conversions},${conversions * 4},${Math.floor(random() * 7)}`)
  }
  return `${lines.join('\n')}\n`
}
