import { type HoldReason, REASONS } from '../model/delivery.ts'
import { WON } from '../model/record.ts'
import type { Story, StoryChange, StoryDelivery } from '../model/story.ts'
import { amountText, clause, durationText, momentText } from './explain-words.ts'

/** Why a record was or was not sent: about its won stage change if there is one, else about the latest. */
export function verdictOf(story: Story): string {
  const change = tellingChange(story.changes)
  if (!change) return unheardOf(story)
  const [first, ...others] = change.deliveries.toSorted((a, b) => rank(a) - rank(b))
  const more = others.length > 0 ? ` ${others.length} more below.` : ''
  if (first) return `${deliveryVerdict(first)}${laterNote(story)}${more}`
  const reasons = change.whyNot.toSorted((a, b) => REASONS.indexOf(a.reason) - REASONS.indexOf(b.reason))
  const [why] = reasons
  return why
    ? `Not sent: ${ended(why.detail)}`
    : 'Not sent, and the ledger does not say why: this should not happen.'
}

/** Of several, the one people ask about: the last that was won, else the last that led to a delivery, else the last. */
function tellingChange(changes: readonly StoryChange[]): StoryChange | undefined {
  const sent = ({ deliveries }: StoryChange) => deliveries.length > 0
  return (
    changes.findLast((change) => change.milestone === WON && sent(change)) ??
    changes.findLast(sent) ??
    changes.findLast(({ milestone }) => milestone === WON) ??
    changes.at(-1)
  )
}

/** What wants a person first comes first; what went well goes last only to what went wrong. */
const RANKS = ['rejected', 'uncertain', 'too_old', 'held', 'waiting', 'in_flight', 'accepted', 'cancelled']

function rank({ state }: StoryDelivery): number {
  return RANKS.indexOf(state)
}

function unheardOf({ messages }: Story): string {
  const failed = messages.find(({ state }) => state === 'failed')
  if (failed)
    return `Not sent: its message could not be read. ${ended(failed.problem ?? 'The cause is unknown')}`
  const troubled = messages.find(({ problem }) => problem !== null)
  if (troubled)
    return `Not sent yet: its message could not be read and is tried again. ${ended(troubled.problem ?? '')}`
  return 'Not sent yet: its message waits to be read, which the next push does ("closeback push" does it now).'
}

function deliveryVerdict(delivery: StoryDelivery): string {
  const { id, state, occurredAt, settledAt, matchScore, code, message, test } = delivery
  const what = conversionText(delivery)
  const said = [code === null ? null : `code ${code}`, message && clause(message)].filter(Boolean).join(', ')
  switch (state) {
    case 'accepted': {
      if (code === 'resolved_accepted') return `Sent as ${what}: a person found it at TikTok and said so.`
      const took = durationText(occurredAt, settledAt ?? occurredAt)
      const counted = test ? ' It went to the Test Events tab, where TikTok counts nothing.' : ''
      return `Sent as ${what}: accepted ${took} after the stage change; match score ${matchScore}.${counted}`
    }
    case 'rejected':
      if (code === 'resolved_drop')
        return `Not counted: ${what} got no clear answer, and a person dropped it.`
      return `Rejected by TikTok: ${what} (${said || 'no reason given'}). Correct what it names for the deals that follow; "closeback requeue ${id}" sends the same again.`
    case 'uncertain':
      if (code === 'restored')
        return `Uncertain: ${what} may have been sent after the backup that this ledger was restored from. Look in Events Manager, then run "closeback resolve ${id} --accepted" or "--drop", or "closeback requeue ${id} --may-double".`
      return `Uncertain: ${what} may or may not have arrived (${said || 'no clear answer'}). Look in Events Manager, then run "closeback resolve ${id} --accepted" or "--drop".`
    case 'held':
      return `Held, not sent yet: ${ended(holdText(delivery))}`
    case 'waiting':
      return waitingVerdict(delivery, what, said)
    case 'in_flight':
      return `Being sent right now: ${what}.`
    case 'too_old':
      return `Not sent: ${what} was not sent before ${momentText(delivery.sendUntil)}, its age limit (maxEventAgeDays).`
    case 'cancelled':
      if (code === 'erased') return `Not sent: ${what} was about a person who asked to be forgotten.`
      return `Not sent: a person dropped ${what}.`
  }
}

function waitingVerdict({ attempts, nextAt, obstacle }: StoryDelivery, what: string, said: string): string {
  if (obstacle?.kind === 'paused')
    return `Not sent yet: ${what} waits, because sending is paused since ${momentText(obstacle.since)}. ${obstacle.remedy}`
  if (obstacle)
    return `Not sent yet: ${what} waits, because TikTok takes nothing for its event set since ${momentText(obstacle.since)} (code ${obstacle.code}). ${obstacle.remedy}`
  if (attempts === 0) return `Not sent yet: it goes as ${what} with the next push.`
  const tried = attempts === 1 ? 'one attempt' : `${attempts} attempts`
  return `Not sent yet: ${what} waits after ${tried} (${said}) and is tried again from ${momentText(nextAt ?? '')}.`
}

/** The step that makes a hold end, in words; the reason alone is kept in the ledger. */
function holdText({ id, holdReason, nextAt, event, connectionId }: StoryDelivery): string {
  const what = `${event} to ${connectionId}`
  const texts: Record<HoldReason, string> = {
    no_amount: `${what} has no amount; it goes as soon as there is one${
      nextAt === null ? '' : `, and at ${momentText(nextAt)} the rule's whenNoAmount decides`
    }`,
    currency: `TikTok does not take the currency of ${what}, or the currency is not known; add a rate to the workspace, or give the amount a currency`,
    no_value_yet: `what a deal like ${what} comes to is not known yet; it is learned every day, and "closeback advise" shows from how many deals`,
    possible_duplicate: `another source reported the same person, amount and milestone as ${what} within the hour; "closeback requeue ${id}" sends it, "closeback resolve ${id} --drop" drops it`,
    no_contact: `${what} has nobody to match it by yet`,
  }
  return holdReason === null ? `${what} is looked at again` : texts[holdReason]
}

function conversionText({ event, value, connectionId }: StoryDelivery): string {
  return `${event}${value === null ? '' : `, ${amountText(value)},`} to ${connectionId}`
}

function laterNote({ later }: Story): string {
  const kinds = new Set(later.map(({ kind }) => kind))
  const lastStage = later.findLast(({ kind }) => kind !== 'amount_changed')?.kind
  const notes = [
    ...(lastStage === 'lost'
      ? ['it was lost since']
      : lastStage === 'reopened'
        ? ['it was reopened since']
        : []),
    ...(kinds.has('amount_changed') ? ['its amount changed since'] : []),
  ]
  return notes.length === 0 ? '' : ` But ${notes.join(', and ')}: TikTok keeps what it got.`
}

function ended(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`
}
