import type { Audit } from '../../model/audit.ts'
import { HOUR } from '../../model/time.ts'
import type { Condition } from './condition.ts'

/** A day's pull that did not come by the evening of the next day is not merely late. */
const STALE_MS = 36 * HOUR

/** How the pulls of one connection are doing. */
export interface InsightsHealth {
  connectionId: string
  /** When a pull brought everything last, or when the first was tried; epoch ms, null before. */
  since: number | null
  /** What TikTok says of the account, as of the last pull; null before the first. */
  account: { timezone: string; currency: string } | null
  /** What the workspace says of it. */
  configured: { timezone: string; currency: string }
}

/** What is wrong with what TikTok tells us. Pure. */
export function wrongInsights(pulls: readonly InsightsHealth[], now: number): Condition[] {
  return pulls.flatMap((pull) => [...stale(pull, now), ...otherAccount(pull, now)])
}

function stale({ connectionId, since }: InsightsHealth, now: number): Condition[] {
  if (since === null || now - since <= STALE_MS) return []
  return [
    {
      kind: 'insights',
      subject: connectionId,
      connectionId,
      since,
      what: `The Insights of ${connectionId} were not pulled whole for ${Math.round((now - since) / HOUR)} hours.`,
      remedy: `Run "closeback insights --connection ${connectionId}" and see what it says.`,
    },
  ]
}

function otherAccount({ connectionId, account, configured }: InsightsHealth, now: number): Condition[] {
  if (account === null) return []
  const differ = (['timezone', 'currency'] as const).filter((name) => account[name] !== configured[name])
  return differ.map((name) => ({
    kind: 'account' as const,
    subject: `${connectionId}/${name}`,
    connectionId,
    since: now,
    what: `TikTok counts ${connectionId} in ${account[name]}, the settings say ${configured[name]}: its days and sums are not comparable.`,
    remedy: `Set ${name} of ${connectionId} to ${account[name]}, or switch the ad account back.`,
  }))
}

/** What the last audits found; the next audit takes it back. */
export function wrongAudits(
  audits: readonly Pick<Audit, 'connectionId' | 'event' | 'findings'>[],
): Condition[] {
  return audits.flatMap(({ connectionId, event, findings }) =>
    findings.map(({ figure, since, what, remedy }) => ({
      kind: 'audit' as const,
      subject: `${connectionId}/${event}/${figure}`,
      connectionId,
      since: Date.parse(since),
      what,
      remedy,
    })),
  )
}
