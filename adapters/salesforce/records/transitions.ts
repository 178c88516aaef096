import { LOST, type StageChange, WON } from '../../../core/model/record.ts'
import { readAmount } from './amount.ts'
import type { Lead } from './lead.ts'
import type { Opportunity } from './opportunity.ts'
import type { Stage } from './org.ts'

/** A row of OpportunityHistory: one for every change of stage, amount, probability or close date. */
export interface HistoryRow {
  /** 18 characters. */
  id: string
  stage: string
  amount: number | null
  /** Epoch ms. */
  createdAt: number
}

/**
 * The stage changes in a history: rows whose stage differs from the one before, the first row included. Each is known by
 * the id of its row, so that it is the same one however often, and in whatever order, it is read.
 */
export function transitions(
  history: readonly HistoryRow[],
  opportunity: Opportunity,
  stages: ReadonlyMap<string, Stage>,
): StageChange[] {
  const changes: StageChange[] = []
  let previousStage: string | null = null
  for (const { id, stage, amount, createdAt } of history.toSorted(byTime)) {
    if (stage === previousStage) continue
    changes.push({
      key: HISTORY + id,
      record: { type: 'opportunity', id: opportunity.id },
      pipeline: opportunity.pipeline,
      stage,
      previousStage,
      milestone: stages.get(stage)?.milestone ?? unlistedMilestone(stage, opportunity),
      occurredAt: createdAt,
      historyId: id,
      amount: readAmount(amount, opportunity.currency),
      browserEvent: null,
    })
    previousStage = stage
  }
  return changes
}

/** A row of LeadHistory about the status, where field history tracking is on. */
export interface StatusRow {
  /** 18 characters. */
  id: string
  from: string | null
  to: string
  /** Epoch ms. */
  createdAt: number
}

/**
 * The status changes of a lead: the first status from its creation, then what the tracked history tells. Without
 * tracking a later status is known too, but not since when: it counts from the creation, so that an edit of an old lead
 * never looks like news.
 */
export function statusChanges(lead: Lead, history: readonly StatusRow[]): StageChange[] {
  const rows = history.toSorted(byTime)
  const first = rows[0]?.from ?? lead.status
  const entry = (
    key: string,
    stage: string,
    previousStage: string | null,
    occurredAt: number,
  ): StageChange => ({
    key,
    record: { type: 'lead', id: lead.id },
    pipeline: lead.pipeline,
    stage,
    previousStage,
    milestone: stage,
    occurredAt,
    historyId: key.startsWith(HISTORY) ? key.slice(HISTORY.length) : null,
    amount: null,
    browserEvent: null,
  })
  return [
    entry(`status:${lead.id}:${first}`, first, null, lead.createdAt),
    ...rows.map(({ id, from, to, createdAt }) => entry(HISTORY + id, to, from, createdAt)),
  ]
}

const HISTORY = 'history:'

/** Of a stage that was taken out of the list only the record that is still in it tells what it means. */
function unlistedMilestone(stage: string, opportunity: Opportunity): string {
  if (stage !== opportunity.stage) return stage
  if (opportunity.isWon) return WON
  return opportunity.isClosed ? LOST : stage
}

/** Rows of one second are told apart by their ids, which grow. */
function byTime<Row extends { id: string; createdAt: number }>(a: Row, b: Row): number {
  if (a.createdAt !== b.createdAt) return a.createdAt - b.createdAt
  return a.id < b.id ? -1 : 1
}
