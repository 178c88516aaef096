import { WON } from '../model/record.ts'
import { RENAMED_EVENTS } from '../model/tiktok.ts'
import type { Workspace } from '../model/workspace.ts'
import { countedAs } from './catalogue.ts'

/** What the rules of a workspace send to a connection as one event. */
export interface EventRules {
  /** By the name TikTok uses today. */
  event: string
  /** All names it has. */
  names: string[]
  milestones: string[]
  ruleIds: string[]
  sourceIds: string[]
  /** It is sent for deals that are won: the CRM can be asked for them. */
  isWon: boolean
}

/** Every event that rules send to a connection, in the order of the rules. */
export function eventRules({ rules, sources }: Workspace, connectionId: string): EventRules[] {
  const mine = rules.filter(({ send }) => send.to.includes(connectionId))
  return [...Map.groupBy(mine, ({ send }) => countedAs(send.event))].map(([event, own]) => ({
    event,
    names: [event, ...[...RENAMED_EVENTS].flatMap(([old, now]) => (now === event ? [old] : []))],
    milestones: [...new Set(own.map(({ when }) => when.stage))],
    ruleIds: own.map(({ id }) => id),
    sourceIds: own.some(({ source }) => source === '*')
      ? sources.map(({ id }) => id)
      : [...new Set(own.map(({ source }) => source))],
    isWon: own.every(({ when }) => when.stage === WON),
  }))
}
