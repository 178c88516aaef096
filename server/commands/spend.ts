import { resolve } from 'node:path'
import { putSpend } from '../../core/ledger/spend.ts'
import { toDecimal } from '../../core/model/money.ts'
import type { Decimal } from '../import/amount.ts'
import { readSpend } from '../import/read-spend.ts'
import { counted } from '../terminal/counted.ts'
import { progressOn } from '../terminal/progress.ts'
import type { Terminal } from '../terminal/terminal.ts'
import type { Outcome } from './outcome.ts'
import { withCloseback } from './with-closeback.ts'

/** Rows written per transaction: a few milliseconds of a host beside us. */
const BATCH = 256

/** Takes in what other channels cost. The same file twice changes nothing; a corrected one replaces. */
export async function importSpend(
  terminal: Terminal,
  { file, decimal }: { file: string; decimal: Decimal | null },
): Promise<Outcome> {
  const spend = await readSpend(resolve(terminal.cwd, file), decimal)
  return withCloseback(terminal, async ({ ledger }) => {
    const progress = progressOn(terminal, 'rows')
    let added = 0
    let changed = 0
    for (let at = 0; at < spend.length; at += BATCH) {
      const batch = spend.slice(at, at + BATCH)
      const put = await ledger.transaction((tx) => putSpend(tx, batch, ledger.now()))
      added += put.added
      changed += put.changed
      progress.show(at + batch.length, spend.length)
    }
    progress.end()
    const channels = totalsOf(spend)
    const unchanged = spend.length - added - changed
    const lines = [
      `Read ${counted(spend.length, 'row')}: ${added} new, ${changed} changed, ${unchanged} known already.`,
      ...channels.map(
        ({ channel, from, to, spend }) =>
          `  ${channel}: ${spend.amount} ${spend.currency} from ${from} to ${to}`,
      ),
    ]
    return {
      exit: 0,
      document: { file, rows: spend.length, added, changed, unchanged, channels },
      text: `${lines.join('\n')}\n`,
    }
  })
}

/** What the file says of each channel, in each currency. */
function totalsOf(spend: Awaited<ReturnType<typeof readSpend>>) {
  const groups = Map.groupBy(spend, ({ channel, amount }) => `${channel} ${amount.currency}`)
  return [...groups.values()].map((rows) => {
    const [{ channel, amount }] = rows as [(typeof rows)[number]]
    const days = rows.map(({ day }) => day).sort()
    const total = rows.reduce((sum, row) => sum + BigInt(row.amount.minor), 0n)
    const { currency } = amount
    return {
      channel,
      from: days[0] ?? '',
      to: days.at(-1) ?? '',
      spend: { amount: toDecimal(total, currency), currency },
    }
  })
}
