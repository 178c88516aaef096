import { type MatchKey, matchScore } from '../identity/score.ts'
import type { Route } from '../model/delivery.ts'
import type { Money } from '../model/money.ts'
import type { CompiledRule, Target } from './compiled-rule.ts'
import { eventIdOf } from './event-id.ts'
import type { Hold, MappedDelivery, MappingFacts } from './mapped.ts'
import { clickIdOf, pageUrlOf } from './send-point.ts'

/** Everything TikTok is to be told, once nothing stands against it. */
export function deliveryOf(
  rule: CompiledRule,
  { to: { connection, test } }: Target,
  input: MappingFacts,
  { route, eventSourceId }: { route: Route; eventSourceId: string },
  keys: readonly MatchKey[],
  { value, hold, beforeStart }: { value: Money | null; hold: Hold | null; beforeStart: boolean },
): MappedDelivery {
  const { change, facts, identity, origin, source } = input
  const occurrence = rule.once ? '' : change.historyId || String(change.occurredAt)
  const derivedEventId = eventIdOf(origin.sourceUid, origin.record, change.milestone, occurrence)
  const browserId = browserEventIdOf(rule, route, input)
  const eventId = browserId ?? derivedEventId
  return {
    kind: 'delivery',
    ruleId: rule.id,
    connectionId: connection.id,
    milestone: change.milestone,
    occurrence,
    eventId,
    browserEventId: browserId !== null,
    derivedEventId,
    route,
    eventSourceId,
    event: rule.event,
    conversion: {
      route,
      eventSourceId,
      event: rule.event,
      eventId,
      occurredAt: change.occurredAt,
      identity,
      ttclid: clickIdOf(facts),
      ttp: facts.ttp,
      leadId: facts.leadId,
      leadEventSource: route === 'crm' ? source.leadEventSource : null,
      pageUrl: route === 'web' ? pageUrlOf(connection.eventSets, facts) : facts.pageUrl,
      referrer: facts.referrer,
      value,
      orderId: facts.orderId,
      contents: facts.contents,
      limitedDataUse: facts.limitedDataUse,
    },
    hold,
    value,
    matchKeys: keys,
    matchScore: matchScore(keys),
    test,
    beforeStart,
  }
}

/**
 * The id a browser pixel gave the same event. Only on the web route, and only under exactly the same name: TikTok drops
 * copies by (set, event, event id), so under another name or in another set there is no copy to drop, and the pixel's
 * clock of 48 h would bind the delivery for nothing.
 */
function browserEventIdOf(rule: CompiledRule, route: Route, { change }: MappingFacts): string | null {
  const { browserEvent } = change
  return route === 'web' && browserEvent?.id && browserEvent.name === rule.event ? browserEvent.id : null
}
