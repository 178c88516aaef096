import { ClosebackError } from '../model/errors.ts'
import type { Money } from '../model/money.ts'
import { MINUTE } from '../model/time.ts'
import type { Connection, Rule, Workspace } from '../model/workspace.ts'
import { countedAs } from './catalogue.ts'
import { type Condition, compileConditions } from './conditions.ts'
import { compileExchange, type Exchange } from './exchange.ts'
import { compileValue, type ReadValue } from './value.ts'

/** Rule id to connection id to the moment (epoch ms) the rule was first active there. Without one it starts now. */
export type RuleStarts = ReadonlyMap<string, ReadonlyMap<string, number>>

/** Connection id to milestone to what a deal that enters it is expected to come to. */
export type ExpectedValues = ReadonlyMap<string, ReadonlyMap<string, Money>>

/** What stays the same for every conversion to one connection. */
export interface Destination {
  connection: Connection
  /** Epoch ms; replaces every other limit. */
  startAt: number | null
  noAmountMs: number
  exchange: Exchange
  test: boolean
}

/** One connection in a rule's `send.to`. */
export interface Target {
  to: Destination
  /** Epoch ms. */
  ruleStart: number | null
  /** What a deal in the rule's stage is expected to come to; null where nothing was learned yet. */
  expected: Money | null
}

export interface CompiledRule {
  id: string
  /** A source id, or `*`. */
  source: string
  stage: string
  condition: Condition | null
  onlyTikTok: boolean
  once: boolean
  event: string
  /** The event's present name at TikTok: what two rules must not both send. */
  countedAs: string
  readValue: ReadValue | null
  /** The value is what was learned of the stage: each target has its own. */
  expectsValue: boolean
  whenNoAmount: Rule['send']['whenNoAmount']
  targets: readonly Target[]
}

/** Everything about the connections that mapping needs, by connection id. */
export function compileDestinations({ connections, rates }: Workspace): Map<string, Destination> {
  return new Map(
    connections.map((connection) => [
      connection.id,
      {
        connection,
        startAt: connection.startAt === undefined ? null : Date.parse(connection.startAt),
        noAmountMs: connection.delivery.noAmountMinutes * MINUTE,
        exchange: compileExchange(rates, connection),
        test: connection.delivery.testEventCode !== undefined,
      },
    ]),
  )
}

/** One rule, ready to run. Throws `invalid` for a connection that does not exist: `checkRules` refuses it on apply. */
export function compileRule(
  rule: Rule,
  destinations: ReadonlyMap<string, Destination>,
  starts: ReadonlyMap<string, number> | undefined,
  expected: ExpectedValues,
): CompiledRule {
  const { id, source, when, audience, once, send } = rule
  return {
    id,
    source,
    stage: when.stage,
    condition: compileConditions(when),
    onlyTikTok: audience === 'tiktok',
    once,
    event: send.event,
    countedAs: countedAs(send.event),
    readValue: send.value === undefined || 'expected' in send.value ? null : compileValue(send.value),
    expectsValue: send.value !== undefined && 'expected' in send.value,
    whenNoAmount: send.whenNoAmount,
    targets: send.to.map((connectionId) => {
      const to = destinations.get(connectionId)
      if (to === undefined) {
        throw new ClosebackError('invalid', `rule "${id}" sends to "${connectionId}", which does not exist`, {
          remedy: 'Add the connection or take it out of the rule, and apply the settings again.',
        })
      }
      const learned = expected.get(connectionId)?.get(when.stage) ?? null
      return { to, ruleStart: starts?.get(connectionId) ?? null, expected: learned }
    }),
  }
}
