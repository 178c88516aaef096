import type { ChannelSpend } from '../../core/ledger/spend.ts'
import { closest } from '../../core/model/closest.ts'
import { parseCurrency } from '../../core/model/currency.ts'
import { ClosebackError, type Issue } from '../../core/model/errors.ts'
import { parseMoney } from '../../core/model/money.ts'
import { bad, good, type Result } from '../../core/model/result.ts'
import { parseInstant } from '../../core/model/time.ts'
import { type Decimal, readAmount } from './amount.ts'
import { openTable } from './open-table.ts'

/** Rows that cannot be read are all counted, and this many are named. */
const NAMED = 1000
const LONGEST_NAME = 200

const COLUMNS = ['day', 'channel', 'campaign', 'spend', 'currency'] as const
type ColumnName = (typeof COLUMNS)[number]
/** A channel may have no campaigns. */
const NEEDED = COLUMNS.filter((name) => name !== 'campaign')

/**
 * Reads what channels other than TikTok cost: `day,channel,campaign,spend,currency`, one row a day, channel and campaign. Throws
 * `invalid` naming every broken row by its line: of a file with one, nothing is taken.
 */
export async function readSpend(file: string, decimal: Decimal | null): Promise<ChannelSpend[]> {
  const { header, records } = await openTable(file)
  const at = columnsOf(header?.ok ? header.cells : [])
  const spend: ChannelSpend[] = []
  const lines = new Map<string, number>()
  const issues: Issue[] = []
  let broken = 0
  for await (const record of records) {
    const row = record.ok ? readRow(record.cells, at, decimal) : bad(record.problem)
    const key = row.ok ? JSON.stringify([row.value.day, row.value.channel, row.value.campaign]) : ''
    const before = lines.get(key)
    if (row.ok && before === undefined) {
      lines.set(key, record.line)
      spend.push(row.value)
      continue
    }
    broken++
    const message = row.ok ? `says the same day, channel and campaign as line ${before}` : row.problem
    if (issues.length < NAMED) issues.push({ path: `line ${record.line}`, message })
  }
  if (broken === 0) return spend
  throw new ClosebackError('invalid', `${file} has ${broken} broken ${broken === 1 ? 'row' : 'rows'}`, {
    remedy: 'Correct them, or take them out, and import it again; nothing was taken.',
    issues,
  })
}

function columnsOf(cells: readonly string[]): Record<ColumnName, number> {
  const names = cells.map((cell) => cell.trim().toLowerCase())
  const missing = NEEDED.filter((name) => !names.includes(name))
  if (missing.length > 0)
    throw new ClosebackError('invalid', 'The first line of a spend file names its columns.', {
      remedy: `Begin with: ${COLUMNS.join(',')}`,
      issues: missing.map((name) => {
        const meant = closest(name, names)
        const message = `there is no column "${name}"${meant === null ? '' : `; "${meant}" is near it`}`
        return { path: 'line 1', message }
      }),
    })
  return Object.fromEntries(COLUMNS.map((name) => [name, names.indexOf(name)])) as Record<ColumnName, number>
}

function readRow(
  cells: readonly string[],
  at: Record<ColumnName, number>,
  decimal: Decimal | null,
): Result<ChannelSpend> {
  const cell = (name: ColumnName) => cells[at[name]]?.trim() ?? ''
  const day = cell('day')
  if (!/^\d{4}-\d\d-\d\d$/.test(day) || !parseInstant(`${day}T00:00:00Z`).ok)
    return bad('day is not a date such as 2026-11-20')
  const channel = cell('channel').toLowerCase()
  if (channel === '') return bad('channel is empty')
  if (/^tik ?tok/.test(channel)) return bad('TikTok’s own cost comes with its Insights')
  const campaign = cell('campaign')
  if (Math.max(channel.length, campaign.length) > LONGEST_NAME)
    return bad(`channel or campaign has more than ${LONGEST_NAME} characters`)
  const currency = parseCurrency(cell('currency'))
  if (!currency.ok) return bad(currency.problem)
  const text = readAmount(cell('spend'), decimal)
  if (!text.ok) return bad(`spend ${text.problem}`)
  const amount = parseMoney(text.value, currency.value)
  if (!amount.ok) return bad(amount.problem.replace(/^amount/, 'spend'))
  if (amount.value.minor < 0) return bad('spend is below zero')
  return good({ day, channel, campaign, amount: amount.value })
}
