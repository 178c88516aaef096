import { isCurrency } from '../model/currency.ts'
import type { Issue } from '../model/errors.ts'
import type { Connection, Rate, Rule, Source, Workspace } from '../model/workspace.ts'
import { formatPath, type Path } from './path.ts'

/** A settings document in which what could not be read is null: the rest is checked all the same. */
export interface WorkspaceDraft {
  connections: readonly (Connection | null)[]
  sources: readonly (Source | null)[]
  rules: readonly (Rule | null)[]
  rates: readonly (Rate | null)[]
}

/**
 * What the schema alone cannot say: things are named once, codes and zones exist, no two connections share an event set.
 * A document with fewer entries never has more of these problems.
 */
export function checkWorkspace(workspace: WorkspaceDraft | Workspace): Issue[] {
  return [
    ...namedOnce('connections', 'connection', workspace.connections),
    ...namedOnce('sources', 'source', workspace.sources),
    ...namedOnce('rules', 'rule', workspace.rules),
    ...workspace.connections.flatMap((connection, index) =>
      connection === null ? [] : checkConnection(connection, index),
    ),
    ...eventSetsOfOneConnection(workspace.connections),
    ...workspace.rules.flatMap((rule, index) => (rule === null ? [] : checkRuleCurrency(rule, index))),
    ...checkRates(workspace.rates),
  ]
}

/** What makes a rate the same rate: its day and both currencies. */
export function rateKey({ date, from, to }: Rate): string {
  return `${date} ${from} ${to}`
}

function namedOnce(list: string, noun: string, entries: readonly ({ id: string } | null)[]): Issue[] {
  const first = new Map<string, number>()
  return entries.flatMap((entry, index) => {
    if (entry === null) return []
    const before = first.get(entry.id)
    if (before === undefined) {
      first.set(entry.id, index)
      return []
    }
    return [
      issue([list, index, 'id'], `"${entry.id}" is also the id of ${noun} ${before + 1}`, 'Rename one.'),
    ]
  })
}

function checkConnection(connection: Connection, index: number): Issue[] {
  const path: Path = ['connections', index]
  const issues = checkCurrency([...path, 'currency'], connection.currency)
  if (!isTimeZone(connection.timezone))
    issues.push(
      issue(
        [...path, 'timezone'],
        `"${connection.timezone}" is not a known time zone`,
        'Use the IANA name that the ad account shows, for example America/New_York.',
      ),
    )
  return issues
}

function isTimeZone(name: string): boolean {
  // Offsets such as +05:30 are taken by Intl as well, but they know no summer time; ad accounts have names.
  if (/^[+-]/.test(name)) return false
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}

function checkCurrency(path: Path, code: string): Issue[] {
  if (isCurrency(code)) return []
  return [issue(path, `${code} is not an active ISO 4217 currency`, 'Use the code the ad account shows.')]
}

/** One id is one set, whatever its kind: TikTok drops copies by (set, event, event id), and two books would share it. */
function eventSetsOfOneConnection(connections: readonly (Connection | null)[]): Issue[] {
  const owners = new Map<string, string>()
  return connections.flatMap((connection, index) =>
    (['web', 'crm', 'offline'] as const).flatMap((kind) => {
      const set = connection?.eventSets[kind]
      if (connection === null || set === undefined) return []
      const owner = owners.get(set)
      owners.set(set, owner ?? connection.id)
      if (owner === undefined) return []
      return [
        issue(
          ['connections', index, 'eventSets', kind],
          `event set ${set} is used by connection "${owner}" already`,
          'Give every event set to one connection, once.',
        ),
      ]
    }),
  )
}

function checkRuleCurrency(rule: Rule, index: number): Issue[] {
  const { value } = rule.send
  const currency = value && 'currency' in value ? value.currency : undefined
  if (currency === undefined) return []
  return checkCurrency(['rules', index, 'send', 'value', 'currency'], currency)
}

function checkRates(rates: readonly (Rate | null)[]): Issue[] {
  const seen = new Set<string>()
  return rates.flatMap((rate, index) => {
    if (rate === null) return []
    const path: Path = ['rates', index]
    const issues = [
      ...checkCurrency([...path, 'from'], rate.from),
      ...checkCurrency([...path, 'to'], rate.to),
    ]
    if (rate.from === rate.to)
      issues.push(issue([...path, 'to'], 'a rate leads to another currency', 'Remove this rate.'))
    if (!/[1-9]/.test(rate.rate) || rate.rate.startsWith('-'))
      issues.push(issue([...path, 'rate'], 'a rate is more than zero', 'Write how much one unit is worth.'))
    if (seen.has(rateKey(rate)))
      issues.push(issue(path, `there is another rate for ${rateKey(rate)}`, 'Keep one of them.'))
    seen.add(rateKey(rate))
    return issues
  })
}

function issue(path: Path, message: string, remedy: string): Issue {
  return { path: formatPath(path), message, remedy }
}
