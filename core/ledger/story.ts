import { factsOf, stageOf } from '../model/known.ts'
import { LOST, type RecordRef, WON } from '../model/record.ts'
import type { Story, StoryChange, StoryLater } from '../model/story.ts'
import { toIso } from '../model/time.ts'
import { type DealRow, dealById, findDeals, touchpointsOf } from './deals.ts'
import { moneyText } from './delivery-view.ts'
import type { Db } from './ledger.ts'
import { reasonsOf, stageChangesOf } from './stage-changes.ts'
import { readDeliveries } from './story-deliveries.ts'
import { type RecordMessage, readMessages } from './story-messages.ts'

/**
 * Everything the ledger knows about the records a source calls by this id: one story a record type, or only that of
 * `type`. Empty when nothing was ever heard of it. A handful of small indexed queries a story.
 */
export async function readStory(
  db: Db,
  sourceId: string,
  { type, id }: { type: string | null; id: string },
): Promise<Story[]> {
  const [deals, all] = await Promise.all([findDeals(db, sourceId, id, type), readMessages(db, sourceId, id)])
  const messages = all.filter(({ record }) => type === null || record.type === type)
  const types = new Set([...deals, ...messages].map(({ record }) => record.type))
  return Promise.all(
    [...types].sort().map((each) =>
      storyOf(
        db,
        sourceId,
        { type: each, id },
        deals.find(({ record }) => record.type === each) ?? null,
        messages.filter(({ record }) => record.type === each),
      ),
    ),
  )
}

async function storyOf(
  db: Db,
  sourceId: string,
  record: RecordRef,
  deal: DealRow | null,
  messages: readonly RecordMessage[],
): Promise<Story> {
  const heard = { sourceId, record, messages: messages.map(({ message }) => message) }
  if (deal === null) return { ...heard, now: null, countedAs: null, touchpoints: [], changes: [], later: [] }
  const [touchpoints, changes, origin] = await Promise.all([
    touchpointsOf(db, deal.id),
    readChanges(db, deal),
    deal.originId === deal.id ? null : dealById(db, deal.originId),
  ])
  const facts = factsOf(deal.known)
  const stage = stageOf(deal.known)
  // Adapters note what they could not read of a record as fields of this name.
  const problems = Object.entries(facts.fields ?? {}).flatMap(([name, text]) =>
    name.endsWith('_problem') && text !== '' ? [`${name.slice(0, -'_problem'.length)}: ${text}`] : [],
  )
  return {
    ...heard,
    now: {
      pipeline: stage?.pipeline ?? null,
      stage: stage?.stage ?? null,
      amount: facts.amount && moneyText(facts.amount.minor, facts.amount.currency),
      consent: facts.consent,
      ...(problems.length > 0 && { problems }),
    },
    countedAs: origin && { sourceId: origin.sourceId, record: origin.record },
    touchpoints: touchpoints.map(({ at, kind, ttclid, ttp, utm }) => ({
      at: toIso(at),
      kind,
      ttclid: ttclid !== null,
      ttp: ttp !== null,
      source: utm?.source ?? null,
      medium: utm?.medium ?? null,
      campaign: utm?.campaign ?? null,
    })),
    changes,
    later: laterChanges(changes, deal),
  }
}

async function readChanges(db: Db, deal: DealRow): Promise<StoryChange[]> {
  const rows = await stageChangesOf(db, deal.id)
  const [reasons, deliveries] = await Promise.all([
    reasonsOf(
      db,
      rows.map((row) => row.id),
    ),
    readDeliveries(db, deal.id, deal.record),
  ])
  return rows.map(({ id, seenAt, change }) => ({
    id,
    ...(change.aside && { aside: true }),
    key: change.key,
    occurredAt: toIso(change.occurredAt),
    seenAt: toIso(seenAt),
    pipeline: change.pipeline,
    stage: change.stage,
    previousStage: change.previousStage,
    milestone: change.milestone,
    amount: change.amount && moneyText(change.amount.minor, change.amount.currency),
    whyNot: reasons
      .filter((row) => row.stageChangeId === id)
      .map(({ ruleId, connectionId, reason, detail }) => ({
        ruleId: ruleId || null,
        connectionId: connectionId || null,
        reason,
        detail,
      })),
    deliveries: deliveries.get(id) ?? [],
  }))
}

/** States in which TikTok has it, or may have it. */
const SENT = new Set(['in_flight', 'accepted', 'uncertain'])

/** What happened to a won deal after it was sent: told, never sent. */
function laterChanges(changes: readonly StoryChange[], deal: DealRow): StoryLater[] {
  const sentAt = changes.findIndex(({ milestone, deliveries }) => {
    return milestone === WON && deliveries.some(({ state }) => SENT.has(state))
  })
  const sent = changes[sentAt]
  if (!sent) return []
  const later: StoryLater[] = []
  let before = WON
  for (const { milestone, occurredAt, aside } of changes.slice(sentAt + 1)) {
    if (aside) continue
    const kind = milestone === LOST ? 'lost' : milestone === WON ? 'won_again' : 'reopened'
    // Further stages of a deal that was reopened once, or won said twice, are nothing new.
    if (milestone !== before && !(kind === 'reopened' && before !== WON && before !== LOST))
      later.push({ at: occurredAt, kind, from: null, to: null })
    before = milestone
  }
  const amount = amountChange(sent, deal)
  if (amount) later.push(amount)
  return later.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0))
}

/** The record's amount is another one than the stage change was sent with. */
function amountChange({ amount: from }: StoryChange, { known }: DealRow): StoryLater | null {
  const { amount } = factsOf(known)
  const to = amount && moneyText(amount.minor, amount.currency)
  const asOf = known.amount?.[1]
  if (!from || !to || asOf === undefined) return null
  if (to.amount === from.amount && to.currency === from.currency) return null
  return { at: toIso(asOf), kind: 'amount_changed', from, to }
}

/**
 * The stories of a record as people name it: `id`, or `type:id`; `idOf` knows other forms of an id. Empty when nothing
 * was ever heard of it.
 */
export async function findStories(
  db: Db,
  sourceId: string,
  record: string,
  idOf: (typed: string) => string = (typed) => typed,
): Promise<Story[]> {
  // An id may hold a colon itself, so the whole of it is tried first.
  for (const ref of readings(record))
    for (const id of new Set([ref.id, idOf(ref.id)])) {
      const stories = await readStory(db, sourceId, { ...ref, id })
      if (stories.length > 0) return stories
    }
  return []
}

function readings(record: string): { type: string | null; id: string }[] {
  const at = record.indexOf(':')
  const whole = { type: null, id: record }
  return at > 0 ? [whole, { type: record.slice(0, at), id: record.slice(at + 1) }] : [whole]
}
