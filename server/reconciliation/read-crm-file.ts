import type { ClosedDeal } from '../../core/adapter.ts'
import { dayStart } from '../../core/model/account-day.ts'
import { parseCurrency } from '../../core/model/currency.ts'
import { ClosebackError, type Issue } from '../../core/model/errors.ts'
import { type Money, parseMoney } from '../../core/model/money.ts'
import { parseInstant } from '../../core/model/time.ts'
import { detectDelimiter } from '../import/delimiter.ts'
import { detectEncoding, readText } from '../import/encoding.ts'
import { firstLine, from, linesOf } from '../import/lines.ts'
import { recordsOf } from '../import/records.ts'

const COLUMNS = ['record_id', 'won_at', 'amount', 'currency', 'record_type', 'source'] as const
type Name = (typeof COLUMNS)[number]
const NEEDED: readonly Name[] = ['record_id', 'won_at']

export type FileDeal = ClosedDeal & { sourceId: string }

/**
 * Reads a CRM book from a file: `record_id` and `won_at` (a moment with its offset, or an account day), and where known
 * `amount`, `currency`, `record_type` (deal) and `source`. Throws `invalid` naming every broken row by its line.
 */
export async function readCrmFile(
  path: string,
  { sourceIds, timezone, currency }: { sourceIds: readonly string[]; timezone: string; currency: string },
): Promise<FileDeal[]> {
  const lines = linesOf(readText(path, await detectEncoding(path)))
  const top = await firstLine(lines)
  const records = recordsOf(from(top, lines), detectDelimiter(top.text ?? ''))
  const header = await records.next()
  const names = (header.done || !header.value.ok ? [] : header.value.cells).map((cell) =>
    cell.trim().toLowerCase(),
  )
  const missing = NEEDED.filter((name) => !names.includes(name))
  if (missing.length > 0)
    throw new ClosebackError('invalid', 'The first line of a CRM book names its columns.', {
      remedy: `Begin with: ${COLUMNS.join(',')}; the last four may be left out.`,
      issues: missing.map((name) => ({ path: 'line 1', message: `there is no column "${name}"` })),
    })
  const deals: FileDeal[] = []
  const issues: Issue[] = []
  for await (const record of records) {
    const cell = (name: Name) => (record.ok ? (record.cells[names.indexOf(name)]?.trim() ?? '') : '')
    const read = record.ok ? readDeal(cell, { sourceIds, timezone, currency }) : record.problem
    if (typeof read === 'string') issues.push({ path: `line ${record.line}`, message: read })
    else deals.push(read)
  }
  if (issues.length === 0) return deals
  throw new ClosebackError(
    'invalid',
    `${path} has ${issues.length} broken ${issues.length === 1 ? 'row' : 'rows'}`,
    {
      remedy: 'Correct them: a book without them would be another book.',
      issues: issues.slice(0, 1000),
    },
  )
}

/** What a row says, or what is wrong with it. */
function readDeal(
  cell: (name: Name) => string,
  how: { sourceIds: readonly string[]; timezone: string; currency: string },
): FileDeal | string {
  const id = cell('record_id')
  if (id === '') return 'record_id is empty'
  const sourceId = cell('source') || (how.sourceIds.length === 1 ? (how.sourceIds[0] ?? '') : '')
  if (!how.sourceIds.includes(sourceId))
    return sourceId === '' ? 'source is empty, and there are several' : `there is no source "${sourceId}"`
  const wonAt = readMoment(cell('won_at'), how.timezone)
  if (wonAt === null) return 'won_at is neither a day nor a moment with its offset'
  const amount = readAmount(cell('amount'), cell('currency') || how.currency)
  if (typeof amount === 'string') return amount
  return { sourceId, record: { type: cell('record_type') || 'deal', id }, wonAt, closeDate: null, amount }
}

function readMoment(text: string, timezone: string): number | null {
  if (/^\d{4}-\d\d-\d\d$/.test(text)) {
    const instant = parseInstant(`${text}T00:00:00Z`)
    return instant.ok ? dayStart(text, timezone) : null
  }
  const instant = parseInstant(text)
  return instant.ok ? instant.value : null
}

function readAmount(text: string, code: string): Money | null | string {
  if (text === '') return null
  const currency = parseCurrency(code)
  if (!currency.ok) return currency.problem
  const money = parseMoney(text, currency.value)
  return money.ok ? money.value : money.problem
}
