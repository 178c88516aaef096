import { DatabaseSync } from 'node:sqlite'
import type { CompiledQuery, KyselyPlugin } from 'kysely'
import { reconciliationReport } from '../core/analysis/reports/reconciliation-report.ts'
import type { Db } from '../core/ledger/ledger.ts'
import { eventRules } from '../core/mapping/event-rules.ts'
import { accountDay, addDays, dayEnd } from '../core/model/account-day.ts'
import type { Closeback } from '../server/compose.ts'
import { inHome } from '../server/config.ts'
import { median } from './paired.ts'
import { openCloseback } from './prepared.ts'
import { rounds } from './rounds.ts'
import { type Bench, ratioRow } from './row.ts'
import { CONNECTION_ID, SOURCE_ID } from './samples.ts'
import { temporaryHome } from './spawned.ts'

const NOWHERE = 'http://127.0.0.1:9'
const DEALS = { quick: 100_000, full: 1_000_000 }
const CAMPAIGNS = 200
const DAYS = 90
const TIMEZONE = 'America/New_York'

/** A reconciliation of 90 days and 200 campaigns in the reader thread, against the same SQL by itself. */
export const report: Bench = async ({ quick }) => {
  const { home, remove } = await temporaryHome()
  const closeback = await openCloseback(home, NOWHERE)
  try {
    const deals = quick ? DEALS.quick : DEALS.full
    const file = inHome(closeback.config, 'ledger.db')
    const last = addDays(accountDay(Date.now(), TIMEZONE), -30)
    fill(file, deals, dayEnd(last, TIMEZONE))
    const times: { ours: number; raw: number }[] = []
    for (const round of rounds(quick)) {
      const statements: CompiledQuery[] = []
      const began = performance.now()
      await reportOf(closeback, last, (query) => statements.push(query))
      const ours = performance.now() - began
      const raw = rawTime(file, statements)
      if (round > 0) times.push({ ours, raw })
    }
    const shown = (of: 'ours' | 'raw') => `${(median(times.map((each) => each[of])) / 1000).toFixed(2)} s`
    const ratio = median(times.map(({ ours, raw }) => raw / ours))
    const what = `report, ${deals / 1000}k deals`
    return { rows: [ratioRow(what, { figure: shown('ours'), against: shown('raw') }, ratio, 0.5)], notes: [] }
  } finally {
    await closeback.close()
    await remove()
  }
}

async function reportOf({ ledger, store }: Closeback, to: string, onQuery: (query: CompiledQuery) => void) {
  const { workspace } = store.current
  const connection = workspace.connections.find(({ id }) => id === CONNECTION_ID)
  const rules = eventRules(workspace, CONNECTION_ID).find(({ event }) => event === 'Purchase')
  if (!connection || !rules) throw new Error('the workspace of the benches has no Purchase')
  const made = await reconciliationReport(listened(ledger.reader, onQuery), {
    workspace,
    connection,
    rules,
    from: addDays(to, 1 - DAYS),
    to,
    asOf: null,
    book: null,
    now: ledger.now(),
  })
  if (made.delivered.count === 0) throw new Error('nothing was delivered')
}

/** The same database, telling every statement. */
function listened(db: Db, onQuery: (query: CompiledQuery) => void): Db {
  const plugin: KyselyPlugin = {
    transformQuery({ node, queryId }) {
      onQuery(db.getExecutor().compileQuery(node, queryId))
      return node
    },
    transformResult: async ({ result }) => result,
  }
  return db.withPlugin(plugin)
}

function rawTime(file: string, statements: readonly CompiledQuery[]): number {
  const database = new DatabaseSync(file, { readOnly: true })
  const began = performance.now()
  for (const { sql, parameters } of statements) database.prepare(sql).all(...(parameters as never[]))
  const time = performance.now() - began
  database.close()
  return time
}

/** Won deals spread over the period, most of them clicked and delivered, some refused, some never sent. */
function fill(file: string, deals: number, end: number): void {
  const ledger = new DatabaseSync(file)
  const moment = `${end} - 1000 - (n * 7919 % ${deals}) * ${Math.floor((DAYS * 86_400_000) / deals)}`
  const known = `json_object('amount', json_array(json_object('minor', 10000 + n % 9000, 'currency', 'USD'), 1, 'k'),
    'click', json_array(json_array('E.C.P.' || n, ${moment} - (n % 20) * 43200000), 1, 'k'),
    'utm', json_array(json_object('source', 'tiktok', 'medium', 'paid_social', 'id', cast(1700000000000000 + n % ${CAMPAIGNS} as text),
      'campaign', 'campaign ' || (n % ${CAMPAIGNS})), 1, 'k'),
    'stage', json_array(json_object('stage', 'won', 'milestone', 'won'), 1, 'k'))`
  const state = `case when n % 50 = 0 then 'rejected' when n % 51 = 0 then 'held' else 'accepted' end`
  const count = `with recursive counted (n) as (select 1 union all select n + 1 from counted where n < ${deals})`
  ledger.exec(`begin;
    ${count} insert into deals (id, source_id, record_type, record_id, known, created_at)
      select n, '${SOURCE_ID}', 'deal', 'D-' || n, ${known}, 0 from counted;
    ${count} insert into stage_changes (id, source_id, key, deal_id, stage, milestone, occurred_at, amount_minor, currency, seen_at)
      select n, '${SOURCE_ID}', 'k' || n, n, 'won', 'won', ${moment}, 10000 + n % 9000, 'USD', 0 from counted;
    ${count} insert into deliveries (id, stage_change_id, deal_id, origin_id, source_id, connection_id, rule_id, milestone, occurrence,
        event, event_source, event_source_id, event_id, browser_id, occurred_at, value_minor, currency, match_score, match_keys,
        state, send_until, attempts, created_at, settled_at, code)
      select n, n, n, n, '${SOURCE_ID}', '${CONNECTION_ID}', 'won', 'won', '', 'Purchase', 'web', 'C4AAAAAAAAAAAAAAAAAA', 'e' || n, 0,
        ${moment}, 10000 + n % 9000, 'USD', 60, case when n % 9 = 0 then 'email' else 'ttclid,email' end, ${state}, 0, 1, 0, 0,
        case when n % 50 = 0 then '40002' end
      from counted where n % 40 <> 0;
    with recursive counted (n) as (select 0 union all select n + 1 from counted where n < ${CAMPAIGNS - 1})
      insert into campaigns select '${CONNECTION_ID}', cast(1700000000000000 + n as text), 'campaign ' || n, '', 0, 0 from counted;
    commit; analyze;`)
  ledger.close()
}
