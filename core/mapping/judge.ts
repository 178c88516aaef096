import { matchKeys } from '../identity/score.ts'
import type { Route } from '../model/delivery.ts'
import type { Money } from '../model/money.ts'
import { countedAs } from './catalogue.ts'
import type { CompiledRule, Target } from './compiled-rule.ts'
import { deliveryOf } from './delivery-of.ts'
import type { Hold, Mapped, MappingFacts, RemapOptions } from './mapped.ts'
import { refuse, tellStart, whySuppressed } from './reasons.ts'
import { cameFromTikTok, clickIdOf, sendPointOf } from './send-point.ts'
import { startOf } from './start.ts'
import type { ValueProblem } from './value-problem.ts'

/**
 * What becomes of a StageChange by one matching rule at one connection: a delivery, or the first reason that applies,
 * asked for in the order of REASONS. `earlier` are the entries of the same StageChange that stand before it.
 */
export function judge(
  rule: CompiledRule,
  target: Target,
  input: MappingFacts,
  how: RemapOptions,
  earlier: readonly Mapped[],
): Mapped {
  const { change, facts, identity } = input
  const { connection } = target.to

  const suppressed = whySuppressed(input)
  if (suppressed !== null) return refuse(rule, target, 'suppressed', suppressed)

  const start = startOf(target, input)
  const beforeStart = change.occurredAt < start
  if (beforeStart && !how.ignoreStart)
    return refuse(rule, target, 'before_start', tellStart(input, start, connection.id))

  // Whoever becomes the contact may bring a click and identifiers: until then neither is missing for good.
  const mayCome = facts.hasContact === false && !how.sendAnyway
  const foreign = rule.onlyTikTok && !cameFromTikTok(facts)
  if (foreign && !mayCome) {
    const detail = `rule "${rule.id}" asks for TikTok evidence (ttclid, ttp, lead id or utm_source tiktok) and the record has none`
    return refuse(rule, target, 'not_tiktok', detail)
  }

  const at = sendPointOf(connection, input.routes.get(connection.id), rule.event, facts)
  const ttclid = clickIdOf(facts)
  const { ttp, leadId } = facts
  const keys = at.route === null ? [] : matchKeys(at.route, { ttclid, ttp, leadId, identity })
  const { route } = at
  const unmatched = route !== null && keys.length === 0
  if (unmatched && !mayCome) {
    const detail = `the record has nothing TikTok finds a person by: ${MATCHED_BY[route]}`
    return refuse(rule, target, 'no_match_key', detail)
  }

  const outcome = valueFor(rule, target, input)
  const problem = outcome !== null && 'problem' in outcome ? outcome : null
  if (problem?.problem === 'negative_amount') return refuse(rule, target, 'negative_amount', problem.detail)

  const hold =
    foreign || unmatched
      ? NO_CONTACT
      : problem === null || how.sendAnyway
        ? null
        : holdFor(problem, rule, target, input.now, how)
  if (hold === 'skip') {
    const detail = `${problem?.detail}, and rule "${rule.id}" skips what has no amount in time (whenNoAmount)`
    return refuse(rule, target, 'no_amount', detail)
  }

  if (at.obstacle !== null) return refuse(rule, target, 'not_sendable', at.obstacle)

  const winner = earlier.length === 0 ? null : winnerAmong(earlier, rule, connection.id)
  if (winner !== null) {
    const detail = `rule "${winner}" stands before it and sends the same event to connection "${connection.id}"`
    return refuse(rule, target, 'shadowed', detail)
  }

  const value = outcome === null || 'problem' in outcome ? null : outcome
  return deliveryOf(rule, target, input, at, keys, { value, hold, beforeStart })
}

const NO_CONTACT: Hold = {
  reason: 'no_contact',
  until: null,
  detail: 'nobody is the contact of the record yet: it goes as soon as somebody is whom TikTok can find',
}

const MATCHED_BY: Record<Route, string> = {
  web: 'it needs a ttclid, a ttp, an e-mail, a phone, an external id, or an IP address with its user agent',
  crm: 'it needs a TikTok lead id, an e-mail, a phone or an external id',
  offline: 'an offline event set matches by e-mail and phone alone',
}

const NO_VALUE_YET: ValueProblem = {
  problem: 'no_value_yet',
  detail:
    'what deals in this stage come to is not known yet: it is learned every day, as soon as thirty of them had time to end; "closeback advise" shows how many did',
}

/** What the rule's value comes to, as TikTok takes it; `null` for a rule without one. */
function valueFor(
  { readValue, expectsValue }: CompiledRule,
  { to, expected }: Target,
  { change, facts }: MappingFacts,
): Money | ValueProblem | null {
  if (expectsValue) return expected ?? NO_VALUE_YET
  if (readValue === null) return null
  const read = readValue(change, facts)
  return 'problem' in read ? read : to.exchange(read, change.occurredAt)
}

/** The wait for what is missing; when the wait for an amount is over, `null` sends without and `skip` does not send. */
function holdFor(
  { problem, detail }: ValueProblem,
  { whenNoAmount }: CompiledRule,
  { to }: Target,
  now: number,
  { expired, waitingSince = now }: RemapOptions,
): Hold | 'skip' | null {
  if (problem === 'currency' || problem === 'no_value_yet') return { reason: problem, until: null, detail }
  const until = waitingSince + to.noAmountMs
  if (expired || until <= now) return whenNoAmount === 'skip' ? 'skip' : null
  return {
    reason: 'no_amount',
    until,
    detail: `${detail}: it goes as soon as there is one, and when the wait is over whenNoAmount decides (${whenNoAmount})`,
  }
}

/**
 * Of several rules that send one event to one connection, the first in the file wins. The two names of a renamed event
 * are one event here, because TikTok counts them as one.
 */
function winnerAmong(earlier: readonly Mapped[], rule: CompiledRule, connectionId: string): string | null {
  for (const entry of earlier) {
    if (
      entry.kind === 'delivery' &&
      entry.connectionId === connectionId &&
      countedAs(entry.event) === rule.countedAs
    )
      return entry.ruleId
  }
  return null
}
