import { LOST, type StageChange, WON } from '../../core/model/record.ts'
import { amountAt } from './amount.ts'
import { type CrmRecord, type PastValue, propertyOf } from './records.ts'
import type { Settings } from './settings.ts'
import type { Stages } from './stages.ts'

export interface Translating {
  settings: Settings
  stages: Stages
  /** The account's currency, for deals that name none. */
  home: string | null
}

/**
 * One StageChange for each entry of the stage history: only it says when a deal entered a stage, while the date of the
 * last change moves on any edit and the close date is typed by people. Stage and moment tell entries apart for ever.
 */
export function stageChangesOf(deal: CrmRecord, { settings, stages, home }: Translating): StageChange[] {
  const entries = entriesOf(deal)
  const pipeline = propertyOf(deal, 'pipeline')
  return entries.flatMap(({ value, at, source }, index): StageChange[] => {
    if (settings.imports === 'skip' && source === 'IMPORT') return []
    const isCurrent = index === entries.length - 1
    const stage = stages.find(value, pipeline)
    return [
      {
        key: `${deal.id}:${value}:${at}`,
        record: { type: 'deal', id: deal.id },
        pipeline: stage?.pipeline ?? (isCurrent ? pipeline : null),
        stage: value,
        previousStage: entries[index - 1]?.value ?? null,
        milestone: stage?.milestone ?? (isCurrent ? closedMilestone(deal) : null) ?? value,
        occurredAt: at,
        historyId: null,
        amount: amountAt(deal, at, home),
        browserEvent: null,
      },
    ]
  })
}

/** Entries into a stage, oldest first: a value that was written again, as a merge does, is no change of stage. */
export function entriesOf(deal: CrmRecord): PastValue[] {
  const history = deal.history.dealstage ?? []
  return history.filter(({ value }, index) => value !== '' && history[index - 1]?.value !== value)
}

/** Of a stage that was deleted since, HubSpot still says whether the deal in it is won. */
function closedMilestone(deal: CrmRecord): string | null {
  if (propertyOf(deal, 'hs_is_closed_won') === 'true') return WON
  return propertyOf(deal, 'hs_is_closed_lost') === 'true' ? LOST : null
}
