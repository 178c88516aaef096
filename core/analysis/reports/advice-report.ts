import { adGroupsOf } from '../../ledger/hierarchy.ts'
import type { Db } from '../../ledger/ledger.ts'
import { type StageEntries, stageEntries } from '../../ledger/stage-entries.ts'
import { eventRules } from '../../mapping/event-rules.ts'
import type { Advice } from '../../model/advice.ts'
import { convert } from '../../model/money.ts'
import { DAY } from '../../model/time.ts'
import type { Connection, Workspace } from '../../model/workspace.ts'
import { advise } from '../advisor/advise.ts'
import type { Entries } from '../advisor/stages.ts'
import { exchangeInto } from '../reconciliation/exchange.ts'
import { accountWindows } from '../reconciliation/windows.ts'

/** Older deals say little about the next one. */
const LEARNED_DAYS = 540

/** Reads what became of the deals of a connection's sources, and advises on the stage to optimise on. */
export async function adviceReport(
  reader: Db,
  { workspace, connection, now }: { workspace: Workspace; connection: Connection; now: number },
): Promise<Advice> {
  const rules = eventRules(workspace, connection.id)
  const sourceIds = [...new Set(rules.flatMap((each) => each.sourceIds))]
  const read = await stageEntries(reader, { sourceIds, since: now - LEARNED_DAYS * DAY, now })
  const windows = accountWindows(await adGroupsOf(reader, connection.id), connection.windows)
  const { exchange, rateTimes } = exchangeInto(workspace.rates, connection)
  const missing = new Set<string>()
  const entries = read.flatMap((row) => {
    const rate = rateNow(row.currency, connection.currency, (from) => exchange.rateOf(from, rateTimes.length))
    if (rate !== null) return inCurrency(row, rate, connection.currency)
    if (row.currency !== null) missing.add(row.currency)
    return []
  })
  const notes =
    missing.size === 0
      ? []
      : [
          `Deals in ${[...missing].sort().join(', ')} are left out: there is no rate into ${connection.currency}. Add them to rates.`,
        ]
  const { id: connectionId, currency } = connection
  return advise({ connectionId, currency, clickDays: windows.longest, entries, now, notes })
}

function rateNow(from: string | null, into: string, rateOf: (from: string) => string | null): string | null {
  return from === null || from === into ? '1' : rateOf(from)
}

/** An average needs no rate of its day: today's does for all. */
function inCurrency(
  { currency, minor, squares, ...rest }: StageEntries,
  rate: string,
  into: string,
): Entries {
  if (currency === null || currency === into) return { ...rest, minor: Number(minor), squares }
  const converted = convert({ minor: Number(minor), currency }, rate, into).minor
  const factor = minor === 0n ? 0 : converted / Number(minor)
  return { ...rest, minor: converted, squares: squares * factor ** 2 }
}
