import { InvalidArgumentError, Option } from 'commander'
import { DEFAULT_MODEL_OPTIONS } from '../../core/analysis/attribution/models.ts'
import type { PositionShares } from '../../core/analysis/attribution/weights.ts'
import { MODELS, type Model } from '../../core/model/attribution.ts'
import { closest } from '../../core/model/closest.ts'
import { parseInstant } from '../../core/model/time.ts'
import type { Terminal } from '../terminal/terminal.ts'
import type { Outcome } from './outcome.ts'
import type { AddCommand } from './program.ts'
import { REPORT_FORMATS } from './report-format.ts'
import { wrongUse } from './wrong-use.ts'

/** The commands that tell what the figures mean. */
export function addAnalysis(
  command: AddCommand,
  terminal: Terminal,
  done: (outcome: Outcome | number) => void,
): void {
  command(
    'reconcile',
    "the CRM's book, what was delivered and what TikTok reports, held against each other",
    'reconcile --from 2026-10-01 --to 2026-10-31 --format html',
    REPORT_FORMATS,
  )
    .requiredOption('--from <day>', 'first day, of the ad account', parseDay)
    .requiredOption('--to <day>', 'last day, included', parseDay)
    .option('--connection <id>', 'only this one; a report each when left out')
    .option('--event <name>', 'only this TikTok event')
    .option('--crm <file>', "the CRM's book as CSV: record_id,won_at,amount,currency")
    .option('--as-of <day>', 'as TikTok had told it by the end of that day', parseDay)
    .action(
      async ({ from, to, connection = null, event = null, crm = null, asOf = null, format, out = null }) => {
        const { reconcileBooks } = await import('./reconcile.ts')
        const order = { from, to, connectionId: connection, event, asOf, crmFile: crm }
        done(await reconcileBooks(terminal, { ...order, format, file: out }))
      },
    )
  command(
    'advise',
    'which stage TikTok should optimise on, and what it is worth',
    'advise --connection us-brand',
  )
    .option('--connection <id>', 'only this one')
    .option('--as-of <time>', 'as if it were then: 2026-10-01 (UTC), or a time with its offset', parseMoment)
    .action(async ({ connection = null, asOf = null }) => {
      const { adviseStages } = await import('./advise.ts')
      done(await adviseStages(terminal, { connectionId: connection, asOf }))
    })
  command(
    'attribute',
    'which channels earned the conversions',
    'attribute --model last,shapley,markov --paths journeys.csv',
    REPORT_FORMATS,
  )
    .requiredOption('--model <names>', `one or several of ${MODELS.join(', ')}`, parseModels)
    .option('--from <day>', 'deals won from this day on, of the ad account', parseDay)
    .option('--to <day>', 'up to this day, included', parseDay)
    .option('--connection <id>', 'whose days, currency and TikTok spend')
    .option('--lookback <days>', 'how long before the win a touch counts; 90 when left out', parseDays)
    .option('--paths <file>', 'a CSV file of journeys instead: path,total_conversions,…')
    .option('--position <first,last>', 'percent for the ends, position model', parsePosition)
    .option('--half-life <days>', 'time_decay model: a touch so old weighs half', parseDays)
    .addOption(new Option('--order <number>', 'markov model: touches it remembers').choices(['1', '2', '3']))
    .action(async (given) => {
      const {
        model,
        paths,
        from,
        to,
        connection = null,
        lookback = 90,
        position,
        halfLife,
        order,
        format,
        out = null,
      } = given
      if ((paths === undefined) === (from === undefined || to === undefined))
        throw wrongUse('attribute the ledger with --from and --to, or a file with --paths')
      const { attributeFile, attributeLedger } = await import('./attribute.ts')
      const how = {
        position: position ?? DEFAULT_MODEL_OPTIONS.position,
        halfLifeDays: halfLife ?? DEFAULT_MODEL_OPTIONS.halfLifeDays,
        markovOrder: order ? Number(order) : DEFAULT_MODEL_OPTIONS.markovOrder,
      } as typeof DEFAULT_MODEL_OPTIONS
      const options = { models: model, how, format, file: out }
      const period = { from, to, connectionId: connection, lookbackDays: lookback }
      done(
        await (paths === undefined
          ? attributeLedger(terminal, period, options)
          : attributeFile(terminal, paths, options)),
      )
    })
}

function parseModels(text: string): Model[] {
  const names = text.split(',').map((name) => name.trim())
  const unknown = names.find((name) => !(MODELS as readonly string[]).includes(name))
  if (unknown === undefined) return [...new Set(names)] as Model[]
  const meant = closest(unknown, MODELS)
  throw new InvalidArgumentError(
    `There is no model "${unknown}"${meant === null ? '' : `; did you mean "${meant}"?`} Use ${MODELS.join(', ')}.`,
  )
}

function parsePosition(text: string): PositionShares {
  const ends = /^(\d{1,3}(?:\.\d+)?),(\d{1,3}(?:\.\d+)?)$/.exec(text)
  const first = Number(ends?.[1]) / 100
  const last = Number(ends?.[2]) / 100
  if (first + last <= 1) return { first, last }
  throw new InvalidArgumentError('It must be two percentages that leave the rest, such as 40,40.')
}

function parseDays(text: string): number {
  const days = /^\d{1,4}(\.\d+)?$/.test(text) ? Number(text) : Number.NaN
  if (days > 0) return days
  throw new InvalidArgumentError('It must be a number of days above zero.')
}

function parseMoment(text: string): number {
  const instant = parseInstant(/^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T00:00:00Z` : text)
  if (instant.ok) return instant.value
  throw new InvalidArgumentError('It must be a time such as 2026-11-01 or 2026-11-01T00:00:00Z.')
}

function parseDay(text: string): string {
  const instant = parseInstant(`${text}T00:00:00Z`)
  if (/^\d{4}-\d\d-\d\d$/.test(text) && instant.ok) return text
  throw new InvalidArgumentError('It must be a day such as 2026-11-20.')
}
