import type { MoneyText, Story, StoryChange, StoryDelivery, StoryMessage } from '../model/story.ts'
import { verdictOf } from './explain-verdict.ts'
import { amountText, clause, durationText } from './explain-words.ts'

/** One thing that happened. `subject` says which: a message, a stage change, a rule, an attempt… */
export interface Moment {
  at: string
  subject: 'message' | 'conflict' | 'touch' | 'stage' | 'rule' | 'not sent' | 'attempt' | 'decision' | 'later'
  text: string
}

export interface Explanation {
  /** Why it was or was not sent, in one plain sentence (and what to do, where somebody has to). */
  sentence: string
  /** Everything that happened, oldest first. */
  timeline: Moment[]
}

/** Tells a story in words: the same for the command line, the API and the console. Pure. */
export function explain(story: Story): Explanation {
  const timeline = [
    ...story.touchpoints.map((touch): Moment => {
      const keys = [...(touch.ttclid ? ['ttclid'] : []), ...(touch.ttp ? ['ttp'] : [])]
      const utm = [touch.source, touch.medium, touch.campaign].filter((part) => part !== null)
      const from = utm.length > 0 ? ` from ${utm.join(' / ')}` : ''
      return {
        at: touch.at,
        subject: 'touch',
        text: `${touch.kind}${from}${keys.length > 0 ? ` with ${keys.join(', ')}` : ''}`,
      }
    }),
    ...story.changes.map(stageMoment),
    ...story.messages.flatMap(messageMoments),
    ...story.changes.flatMap(mappingMoments),
    ...story.changes.flatMap(({ deliveries }) => deliveries.flatMap(deliveryMoments)),
    ...story.later.map((later): Moment => ({ at: later.at, subject: 'later', text: laterText(later) })),
  ]
  // Stable: what happened in the same moment stays in the order of the list above.
  timeline.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0))
  return { sentence: verdictOf(story), timeline }
}

function stageMoment({ occurredAt, previousStage, stage, milestone, pipeline, amount }: StoryChange): Moment {
  const from = previousStage === null ? '' : `${previousStage} -> `
  const details = [
    ...(milestone === stage ? [] : [milestone]),
    ...(pipeline === null ? [] : [`pipeline ${pipeline}`]),
  ]
  const aside = details.length > 0 ? ` (${details.join(', ')})` : ''
  const value = amount === null ? ', no amount' : `, ${amountText(amount)}`
  return { at: occurredAt, subject: 'stage', text: `${from}${stage}${aside}${value}` }
}

function messageMoments({
  key,
  receivedAt,
  state,
  problem,
  kept,
  dropped,
  conflicts,
}: StoryMessage): Moment[] {
  const [hashed, plain] = [kept.filter((name) => !PLAIN.has(name)), kept.filter((name) => PLAIN.has(name))]
  const parts = [
    `${key.replace(/^id:/, '')} received`,
    ...listed('hashed', hashed),
    ...listed('kept plain, as TikTok asks', plain),
    ...dropped.map(({ field, why }) => `left out ${field}, which ${why}`),
    ...(state === 'new' && problem === null ? ['not read yet'] : []),
    ...(problem !== null && state !== 'done'
      ? [`${state === 'failed' ? 'given up' : 'to be tried again'}: ${problem}`]
      : []),
  ]
  return [
    { at: receivedAt, subject: 'message', text: parts.join('; ') },
    ...conflicts.map(({ receivedAt: at, fields }): Moment => {
      const what = fields.length > 0 ? fields.join(', ') : 'what identifies the person, or what is not kept'
      return {
        at,
        subject: 'conflict',
        text: `${key.replace(/^id:/, '')} came again with other content (${what}); the first one counts`,
      }
    }),
  ]
}

/** TikTok takes these as they are; see identity/identity.ts. */
const PLAIN = new Set(['city', 'state', 'country', 'ip', 'userAgent', 'locale'])

function listed(what: string, names: readonly string[]): string[] {
  return names.length > 0 ? [`${what}: ${names.join(', ')}`] : []
}

function mappingMoments({ seenAt, whyNot, deliveries }: StoryChange): Moment[] {
  return [
    ...deliveries.map((delivery): Moment => {
      const { ruleId, event, connectionId, route, eventSourceId, matchKeys, matchScore, id } = delivery
      const held = delivery.holdReason === null ? '' : `, held for ${delivery.holdReason}`
      const text =
        `${ruleId}: ${event}${valueText(delivery.value)} to ${connectionId} (${route} ${eventSourceId}), ` +
        `${matchKeys.length === 0 ? 'matched by nothing yet' : `matched by ${matchKeys.join(', ')}, score ${matchScore}`}: delivery ${id}${held}`
      return { at: delivery.createdAt, subject: 'rule', text }
    }),
    ...whyNot.map(({ ruleId, connectionId, reason, detail }): Moment => {
      const where = connectionId === null || ruleId === null ? '' : `${ruleId} to ${connectionId}, `
      return { at: seenAt, subject: 'not sent', text: `${where}${reason}: ${detail}` }
    }),
  ]
}

function deliveryMoments({ id, requests, decisions, occurredAt }: StoryDelivery): Moment[] {
  return [
    ...requests.map(
      ({ startedAt, endedAt, events, outcome, code, message, httpStatus, requestId }): Moment => {
        const parts = [
          `${OUTCOMES[outcome] ?? outcome}${outcome === 'accepted' ? ` ${durationText(occurredAt, endedAt)} after the stage change` : ''}`,
          ...(code === '0' ? [] : [`code ${code}`]),
          ...(message === '' || outcome === 'accepted' ? [] : [clause(message)]),
          ...(httpStatus === null || httpStatus === 200 ? [] : [`HTTP ${httpStatus}`]),
          ...(events > 1 ? [`in a request of ${events} events`] : []),
          ...(requestId === null ? [] : [`request ${requestId}`]),
        ]
        return { at: startedAt, subject: 'attempt', text: `delivery ${id} ${parts.join(', ')}` }
      },
    ),
    ...decisions.map(({ at, actor, verb, detail }): Moment => {
      return { at, subject: 'decision', text: `${verb} of delivery ${id} by ${actor}: ${detail}` }
    }),
  ]
}

const OUTCOMES: Readonly<Record<string, string>> = {
  accepted: 'accepted by TikTok',
  refused: 'refused by TikTok',
  parked: 'refused with its whole event set',
  later: 'not taken now',
  partial: 'answered "partly accepted"',
  unknown: 'without a clear answer',
}

function laterText({ kind, from, to }: Story['later'][number]): string {
  if (kind === 'lost') return 'lost after it was sent; TikTok takes nothing back'
  if (kind === 'reopened') return 'reopened after it was sent; TikTok takes nothing back'
  if (kind === 'won_again') return 'won again; a milestone is sent once'
  const [before, after] = [from && amountText(from), to && amountText(to)]
  return `the amount is ${after} now, ${before} when it was sent; TikTok keeps what it got`
}

function valueText(value: MoneyText | null): string {
  return value === null ? '' : `, ${amountText(value)},`
}
