import type { Advice, StageAdvice } from '../../model/advice.ts'
import { WON } from '../../model/record.ts'
import { DAY, toIso } from '../../model/time.ts'
import { countOf, type Entries, expectedOf, money, stageOf } from './stages.ts'

/** TikTok's algorithm wants more conversions than this in two weeks before it learns. */
const WANTED_PER_14_DAYS = 50
const FOLD_DAYS = 28
const FOLDS = 6

export interface AdviseInput {
  connectionId: string
  currency: string
  clickDays: number
  entries: readonly Entries[]
  /** Epoch ms. */
  now: number
  notes: readonly string[]
}

/**
 * The deepest stage that TikTok hears of often enough, soon enough after the click, and what to send with it. Deeper is
 * later after the click: closer to the money, and further from what TikTok still counts.
 */
export function advise({ connectionId, currency, clickDays, entries, now, notes }: AdviseInput): Advice {
  const stages = stagesOf(entries, { clickDays, currency })
  return {
    connectionId,
    currency,
    asOf: toIso(now),
    clickDays,
    wantedPer14Days: WANTED_PER_14_DAYS,
    stages,
    recommended: recommend(stages, clickDays),
    backTest: backTest(entries, { clickDays, currency, now }),
    notes: [...notes],
  }
}

function stagesOf(entries: readonly Entries[], how: { clickDays: number; currency: string }): StageAdvice[] {
  const depth = ({ lagDays, milestone }: StageAdvice) => lagDays?.p50 ?? (milestone === WON ? Infinity : -1)
  return [...Map.groupBy(entries, ({ milestone }) => milestone)]
    .map(([milestone, own]) => stageOf(milestone, own, how))
    .sort((a, b) => depth(a) - depth(b) || b.entered - a.entered)
}

function recommend(stages: readonly StageAdvice[], clickDays: number): Advice['recommended'] {
  const enough = stages.findLast(({ signalsPer14Days }) => signalsPer14Days > WANTED_PER_14_DAYS)
  const most = stages.reduce<StageAdvice | null>(
    (best, stage) => (stage.signalsPer14Days > (best?.signalsPer14Days ?? 0) ? stage : best),
    null,
  )
  const stage = enough ?? most
  if (!stage) return null
  const signals = `${Math.round(stage.signalsPer14Days)} in two weeks inside ${clickDays} ${clickDays === 1 ? 'day' : 'days'} of the click`
  return {
    milestone: stage.milestone,
    // What is won is worth what it is worth.
    value: stage.milestone === WON ? null : (stage.expected?.value ?? null),
    enough: enough !== undefined,
    why: enough
      ? `the deepest stage with more than ${WANTED_PER_14_DAYS} signals: ${signals}`
      : `no stage has more than ${WANTED_PER_14_DAYS} signals; this one has the most: ${signals}`,
  }
}

/** What was known at some day of the past: later entries and later wins are taken out. */
function knownAt(entries: readonly Entries[], daysAgo: number): Entries[] {
  return entries
    .filter(({ age }) => age >= daysAgo)
    .map((entry) => {
      const age = entry.age - daysAgo
      const wasWon = entry.wonLag !== null && entry.wonLag <= age
      return wasWon ? { ...entry, age } : { ...entry, age, wonLag: null, minor: 0, squares: 0 }
    })
}

/** Advises as of days of the past, and looks at what became of the deals of the four weeks after each. */
function backTest(
  entries: readonly Entries[],
  { clickDays, currency, now }: { clickDays: number; currency: string; now: number },
): Advice['backTest'] {
  const folds: Advice['backTest']['folds'] = []
  let predicted = 0
  let actual = 0
  for (let nth = FOLDS; nth > 0; nth--) {
    const daysAgo = maturityOf(entries) + nth * FOLD_DAYS
    const then = knownAt(entries, daysAgo)
    const advice = recommend(stagesOf(then, { clickDays, currency }), clickDays)
    if (!advice) continue
    const figure = expectedOf(then.filter(({ milestone }) => milestone === advice.milestone))
    const followed = entries.filter(
      ({ milestone, age }) => milestone === advice.milestone && age < daysAgo && age >= daysAgo - FOLD_DAYS,
    )
    if (!figure || followed.length === 0) continue
    const fold = {
      predicted: figure.mean * countOf(followed),
      actual: followed.reduce((sum, { minor }) => sum + minor, 0),
    }
    predicted += fold.predicted
    actual += fold.actual
    folds.push({
      at: toIso(now - daysAgo * DAY).slice(0, 10),
      milestone: advice.milestone,
      deals: countOf(followed),
      predicted: money(fold.predicted, currency),
      actual: money(fold.actual, currency),
    })
  }
  return { folds, error: actual === 0 ? null : (predicted - actual) / actual }
}

/** How long deals are given to end, by what is known today. */
function maturityOf(entries: readonly Entries[]): number {
  const byStage = Map.groupBy(entries, ({ milestone }) => milestone)
  return Math.max(0, ...[...byStage.values()].map((own) => expectedOf(own)?.maturityDays ?? 0))
}
