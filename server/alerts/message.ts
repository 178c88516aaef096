import { toIso } from '../../core/model/time.ts'
import type { Alert } from '../../core/pipeline/alerts/condition.ts'

/** What is posted: `text` is what Slack and its kin show, `data` is for programs. */
export interface AlertMessage {
  type: `alert.${Alert['news']}`
  /** When this was said, ISO 8601. */
  timestamp: string
  text: string
  data: {
    kind: string
    subject: string
    connectionId: string | null
    since: string
    resolvedAt: string | null
    what: string
    remedy: string
  }
}

export function alertMessage(alert: Alert, now: number): AlertMessage {
  const { news, kind, subject, connectionId, since, resolvedAt, what, remedy } = alert
  const at = { since: toIso(since), resolvedAt: resolvedAt === null ? null : toIso(resolvedAt) }
  return {
    type: `alert.${news}`,
    timestamp: toIso(now),
    text: textOf(alert),
    data: { kind, subject, connectionId, ...at, what, remedy },
  }
}

function textOf({ news, since, resolvedAt, what, remedy }: Alert): string {
  const from = minute(since)
  if (news === 'resolved')
    return `Closeback: this is over since ${minute(resolvedAt ?? since)}; it began ${from}. ${what}`
  return `Closeback: ${what} ${news === 'repeated' ? 'Still so, since' : 'Since'} ${from}. ${remedy}`
}

function minute(at: number): string {
  return `${toIso(at).slice(0, 16).replace('T', ' ')} UTC`
}
