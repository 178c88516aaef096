import { bookGroups, restGroups } from '../../ledger/book-groups.ts'
import {
  type AccountDays,
  deliveredByDay,
  deliveredGroups,
  otherCrmEvents,
  repeatedClicks,
} from '../../ledger/delivered-groups.ts'
import { eventSetStats } from '../../ledger/event-set-stats.ts'
import { adGroupsOf, campaignsOf } from '../../ledger/hierarchy.ts'
import { insightDays } from '../../ledger/insight-days.ts'
import { insightTotals, insightTrend } from '../../ledger/insights.ts'
import type { Db } from '../../ledger/ledger.ts'
import type { ReportScope } from '../../ledger/report-scope.ts'
import { countedAs } from '../../mapping/catalogue.ts'
import type { EventRules } from '../../mapping/event-rules.ts'
import { accountDay, addDays, dayEnd, dayStart, daysFromTo } from '../../model/account-day.ts'
import type { BookGroup, DeliveredGroup } from '../../model/book.ts'
import { ROUTES } from '../../model/delivery.ts'
import { type Metric, reportedIn } from '../../model/insight.ts'
import { type InsightDay, stateOfDay } from '../../model/insight-day.ts'
import type { Reconciliation } from '../../model/reconciliation.ts'
import { REPORT_METRICS } from '../../model/tiktok.ts'
import { DAY, toIso } from '../../model/time.ts'
import type { Connection, Workspace } from '../../model/workspace.ts'
import { exchangeInto } from '../reconciliation/exchange.ts'
import { type ReconcileInput, reconcile } from '../reconciliation/reconcile.ts'
import { accountWindows } from '../reconciliation/windows.ts'

/** What is asked for. Days are the connection's account days, both included. */
export interface ReconciliationQuery {
  workspace: Workspace
  connection: Connection
  rules: EventRules
  from: string
  to: string
  /** Epoch ms: as TikTok had told it by then. */
  asOf: number | null
  /** The CRM's book in the ledger; null for what the ledger saw itself. */
  book: {
    id: number
    kind: 'crm' | 'file'
    detail: string
    closeDates: Reconciliation['book']['closeDates']
  } | null
  /** Epoch ms. */
  now: number
}

/** Reads what a reconciliation needs, as aggregates, and makes it. */
export async function reconciliationReport(reader: Db, query: ReconciliationQuery): Promise<Reconciliation> {
  const { connection, rules, from, to, asOf, book } = query
  const { exchange } = exchangeInto(query.workspace.rates, connection)
  const scope = scopeOfReport(query)
  const pulled = await insightDays(reader, { connectionId: connection.id, from, to, asOf })
  const account = accountOf(pulled, connection)
  const at = {
    now: asOf ?? query.now,
    timezone: account.timezone,
    correctionHour: connection.insights.correctionHour,
  }
  const days = daysFromTo(from, to).map((day) => ({ day, state: stateOfDay(day, pulled, at) }))
  const adGroups = await adGroupsOf(reader, connection.id)
  const windows = accountWindows(adGroups, connection.windows)
  const firstUnsettled = days.find(({ state }) => state !== 'final')?.day
  const accountDays: AccountDays = {
    from: dayStart(from, account.timezone),
    to: dayEnd(to, account.timezone),
    settlingFrom: dayStart(firstUnsettled ?? addDays(to, 1), account.timezone),
    windowDays: windows.longest,
  }
  const groups = await bookGroups(reader, scope, book?.id ?? null)
  const delivered = await deliveredGroups(reader, scope, accountDays)
  const rest = hasRest(groups, delivered) ? await restGroups(reader, scope, book?.id ?? null) : []
  const byDay = await deliveredByDay(
    reader,
    scope,
    days.map(({ day }) => ({
      day,
      from: dayStart(day, connection.timezone),
      to: dayEnd(day, connection.timezone),
    })),
  )
  const told = pulled.length === 0 ? null : await reportedOf(reader, query)
  const { metrics } = told ?? metricsOf(query)
  const others = await otherSenders(reader, query, delivered, accountDays)
  const campaigns = await campaignFigures(reader, query, metrics)
  return reconcile({
    head: {
      connectionId: connection.id,
      event: rules.event,
      from,
      to,
      timezone: connection.timezone,
      currency: connection.currency,
      asOf: asOf === null ? null : toIso(asOf),
    },
    book: bookOf(query),
    groups,
    rest,
    delivered,
    exchange,
    windows: { connection: connection.windows, tiktok: windows.kinds },
    stepFacts: {
      windowsOf: windows.finder(campaigns),
      countsViews: windows.countsViews,
      otherSenders: others,
      repeatedClicks: windows.countsOnce ? await repeatedClicks(reader, scope, accountDays) : null,
      otherEvents: metrics.some(({ shared }) => shared)
        ? await otherCrmEvents(reader, scope, accountDays)
        : 0,
    },
    reported: told && { ...told.totals, metrics: metrics.map(({ count }) => REPORT_METRICS[count]) },
    accountCurrency: account.currency,
    campaigns,
    days: days.map(({ day, state }) => ({
      day,
      state,
      delivered: byDay.get(day) ?? 0,
      reported: told === null ? null : (told.byDay.get(day) ?? 0),
    })),
    notes: told === null ? [nothingTold(query, pulled)] : [],
  })
}

/** Whether more was delivered in the period than the first delivery of each deal in the book. */
function hasRest(groups: readonly BookGroup[], delivered: readonly DeliveredGroup[]): boolean {
  const count = (of: readonly { inPeriod: boolean; count: number }[]) =>
    of.reduce((sum, each) => sum + (each.inPeriod ? each.count : 0), 0)
  return count(groups) !== count(delivered)
}

/** Which rows of the ledger such a report is made of. */
export function scopeOfReport({
  workspace,
  connection,
  rules,
  from,
  to,
  asOf,
}: Omit<ReconciliationQuery, 'book' | 'now'>): ReportScope {
  return {
    connectionId: connection.id,
    events: rules.names,
    milestones: rules.milestones,
    ruleIds: rules.ruleIds,
    sourceIds: rules.sourceIds,
    from: dayStart(from, connection.timezone),
    to: dayEnd(to, connection.timezone),
    currency: connection.currency,
    rateTimes: exchangeInto(workspace.rates, connection).rateTimes,
    settledUntil: asOf,
  }
}

function bookOf({ book }: ReconciliationQuery): ReconcileInput['book'] {
  if (book) return book
  return {
    id: null,
    kind: 'ledger',
    detail: 'CRM book: not available; these are the deals that Closeback saw',
    closeDates: [],
  }
}

/** The account as TikTok described it with the last pull; as the connection says before the first. */
export function accountOf(pulled: readonly InsightDay[], { timezone, currency }: Connection) {
  const last = pulled.at(-1)
  return { timezone: last?.timezone ?? timezone, currency: last?.currency ?? currency }
}

interface Told {
  count: Metric
  value: Metric | null
  shared: boolean
}

/** Under which names TikTok reports the event, by the event sets that the connection has. */
function metricsOf({ connection, rules }: ReconciliationQuery): { metrics: Told[] } {
  const all = ROUTES.flatMap((route) =>
    connection.eventSets[route] ? (reportedIn(rules.event, route) ?? []) : [],
  )
  return { metrics: [...new Map(all.map((metric) => [metric.count, metric])).values()] }
}

async function reportedOf(reader: Db, query: ReconciliationQuery) {
  const { connection, from, to, asOf } = query
  const { metrics } = metricsOf(query)
  if (metrics.length === 0) return null
  const scope = { connectionId: connection.id, from, to, asOf, level: 'account' } as const
  const sums = await insightTotals(reader, scope)
  const total = (metric: Metric) => sums.reduce((sum, { figures }) => sum + (figures[metric] ?? 0n), 0n)
  const values = metrics.flatMap(({ value }) => value ?? [])
  const trend = await insightTrend(reader, scope)
  return {
    metrics,
    totals: {
      count: metrics.reduce((sum, { count }) => sum + total(count), 0n),
      minor: values.length === metrics.length ? values.reduce((sum, value) => sum + total(value), 0n) : null,
    },
    byDay: new Map(
      trend.map(({ day, figures }) => [
        day,
        Number(metrics.reduce((sum, { count }) => sum + (figures[count] ?? 0n), 0n)),
      ]),
    ),
  }
}

function nothingTold(query: ReconciliationQuery, pulled: readonly InsightDay[]): string {
  return pulled.length > 0 || metricsOf(query).metrics.length === 0
    ? `TikTok has no figure for ${query.rules.event} on these event sets: it ends with what was delivered.`
    : `TikTok's figures of these days were never pulled: run "closeback insights".`
}

/** What the pixel received from others, at most: all it received less what was delivered. Null without such figures. */
async function otherSenders(
  reader: Db,
  { connection, rules, now }: ReconciliationQuery,
  delivered: readonly DeliveredGroup[],
  days: AccountDays,
): Promise<number | null> {
  if (!connection.eventSets.web) return null
  const stats = await eventSetStats(reader, {
    connectionId: connection.id,
    from: accountDay(days.from, 'UTC'),
    to: accountDay(Math.min(now, days.to + days.windowDays * DAY), 'UTC'),
  })
  const own = stats.filter(({ event }) => countedAs(event) === rules.event)
  if (own.length === 0) return null
  const received = own.reduce((sum, each) => sum + each.received, 0)
  const ours = delivered.filter(({ route, test }) => route === 'web' && !test)
  return Math.max(0, received - ours.reduce((sum, { count }) => sum + count, 0))
}

async function campaignFigures(
  reader: Db,
  { connection, from, to, asOf }: ReconciliationQuery,
  metrics: readonly Told[],
) {
  const rows = await campaignsOf(reader, connection.id)
  const totals = await insightTotals(reader, {
    connectionId: connection.id,
    from,
    to,
    asOf,
    level: 'campaign',
  })
  const byId = new Map(totals.map((total) => [total.entityId, total.figures]))
  return rows.map(({ campaign_id: id, name }) => {
    const figures = byId.get(id)
    const sum = (of: readonly (Metric | null)[]) =>
      figures ? of.reduce((all, metric) => all + (metric === null ? 0n : (figures[metric] ?? 0n)), 0n) : null
    return {
      id,
      name,
      reported: sum(metrics.map(({ count }) => count)),
      reportedMinor: metrics.some(({ value }) => value !== null)
        ? sum(metrics.map(({ value }) => value))
        : null,
      spendMinor: sum(['spend_minor']),
    }
  })
}
