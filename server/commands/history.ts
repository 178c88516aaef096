import { type Command, InvalidArgumentError, Option } from 'commander'
import { DAY, parseDuration, parseInstant } from '../../core/model/time.ts'
import { ENCODINGS } from '../import/encoding.ts'
import type { Terminal } from '../terminal/terminal.ts'
import type { Outcome } from './outcome.ts'
import { wrongUse } from './wrong-use.ts'

/** The commands about what happened before now. */
export function addHistory(
  command: (usage: string, description: string, example: string) => Command,
  terminal: Terminal,
  done: (outcome: Outcome | number) => void,
): void {
  const since = (text: string) => parseSince(text, terminal.now())
  command('preview', 'what the rules would send, beside what was sent', 'preview --since 30d')
    .requiredOption('--since <time>', '30d, 2026-11-01 (UTC), or a time with its offset', since)
    .option('--source <id>', 'only stage changes of this source')
    .option('--rules <file>', 'also what the rules of this file would send')
    .action(async ({ since, source = null, rules = null }) => {
      const { previewRules } = await import('./preview.ts')
      done(await previewRules(terminal, { since, sourceId: source, rulesFile: rules }))
    })
  command('backfill', 'send what happened before the start', 'backfill --since 2026-11-01')
    .requiredOption('--since <time>', '28d, 2026-11-01 (UTC), or a time with its offset', since)
    .option('--source <id>', 'only stage changes of this source')
    .option('--yes', 'do it; else it only says what would go', false)
    .action(async ({ since, source = null, yes }) => {
      const { backfill } = await import('./backfill.ts')
      done(await backfill(terminal, { since, sourceId: source, yes }))
    })
  command('import', 'take in a CSV file of deals', 'import deals.csv --source shop-crm --map columns.yaml')
    .argument('<file>', 'separated values, the first line names the columns')
    .requiredOption('--source <id>', 'the source they belong to')
    .option('--map <file>', 'which column is what, YAML or JSON')
    .option('--columns <list>', 'the same in short: record.id=deal_id,stage=status,currency:=USD')
    .option('--key <column>', 'a column that names a row for ever')
    .option('--delimiter <character>', 'found out when left out; "tab" for a tab', parseDelimiter)
    .addOption(new Option('--encoding <name>', 'found out when left out').choices(ENCODINGS))
    .addOption(new Option('--decimal <mark>', 'how amounts are written').choices(['point', 'comma']))
    .option('--date-format <format>', 'of dates that are not ISO 8601, such as M/D/YYYY')
    .option('--timezone <name>', 'of such dates, such as America/New_York')
    .addOption(new Option('--dry-run', 'only look, as without --yes').conflicts('yes'))
    .option('--yes', 'do it; else it only says what would come of it', false)
    .action(async (file, { source, map = null, columns = null, yes, ...how }) => {
      if (map !== null && columns !== null) throw wrongUse('use --map or --columns, not both')
      const { importFile } = await import('./import.ts')
      const { key, delimiter, encoding, decimal, dateFormat, timezone } = how
      const options = { key, delimiter, encoding, decimal, dateFormat, timezone }
      done(await importFile(terminal, { file, sourceId: source, mapFile: map, columns, options, yes }))
    })
}

/** A length of time before now, a day in UTC, or a moment. */
function parseSince(text: string, now: number): number {
  const duration = parseDuration(text)
  const instant = parseInstant(/^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T00:00:00Z` : text)
  const time = duration.ok ? now - duration.value : instant.ok ? instant.value : Number.NaN
  if (Number.isNaN(time) || time < now - 100 * 366 * DAY)
    throw new InvalidArgumentError('It must be a time such as 30d, 2026-11-01 or 2026-11-01T00:00:00Z.')
  if (time > now) throw new InvalidArgumentError('It must be in the past.')
  return time
}

function parseDelimiter(text: string): string {
  if (text === 'tab' || text === '\\t') return '\t'
  if (text.length === 1 && !/["\r\n]/.test(text)) return text
  throw new InvalidArgumentError('It must be one character, or "tab".')
}
