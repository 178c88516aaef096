import { ADVICE_WINDOWS, type StageAdvice } from '../../model/advice.ts'
import { toDecimal } from '../../model/money.ts'

/** Deals that entered a stage and share what became of them; money is of the won ones, in the currency of the advice. */
export interface Entries {
  milestone: string
  clickLag: number | null
  age: number
  wonLag: number | null
  count: number
  minor: number
  squares: number
}

/** TikTok learns from what happens now: signals are counted over this many days. */
const SIGNAL_DAYS = 56
/** Fewer deals than this say nothing about the next one. */
const FEWEST = 30
/** A deal that is not won by when 19 of 20 won ones were is taken as lost; longer than this nobody waits. */
const LONGEST_WAIT = 180
const MATURE = 0.95
/** Of a normal distribution: 90 % lie inside. */
const Z = 1.645

/** What is known about one stage. `clickDays` is the window that a signal has to be inside of. */
export function stageOf(
  milestone: string,
  entries: readonly Entries[],
  { clickDays, currency }: { clickDays: number; currency: string },
): StageAdvice {
  const clicked = entries.filter(({ clickLag }) => clickLag !== null)
  const lag = ({ clickLag }: Entries) => clickLag ?? 0
  const total = countOf(clicked)
  const recent = clicked.filter((each) => each.age < SIGNAL_DAYS && lag(each) <= clickDays)
  const expected = expectedOf(entries)
  return {
    milestone,
    entered: countOf(entries),
    clicked: total,
    lagDays:
      total === 0
        ? null
        : {
            p10: percentile(clicked, lag, 0.1),
            p50: percentile(clicked, lag, 0.5),
            p90: percentile(clicked, lag, 0.9),
          },
    insideWindow: ADVICE_WINDOWS.map((days) => ({
      days,
      share: total === 0 ? 0 : countOf(clicked.filter((each) => lag(each) <= days)) / total,
    })),
    signalsPer14Days: (countOf(recent) * 14) / SIGNAL_DAYS,
    wonShare: expected?.wonShare ?? null,
    expected: expected && {
      value: money(expected.mean, currency),
      low: money(Math.max(0, expected.mean - Z * expected.error), currency),
      high: money(expected.mean + Z * expected.error, currency),
      deals: expected.deals,
      maturityDays: expected.maturityDays,
    },
  }
}

export interface ExpectedValue {
  /** Minor units. */
  mean: number
  /** Standard error of the mean. */
  error: number
  wonShare: number
  deals: number
  maturityDays: number
}

/**
 * What a deal that enters the stage comes to on average, those that come to nothing included. Learned from deals that had
 * time to end: young ones are not lost, only not won yet. Null when there are too few of them.
 */
export function expectedOf(entries: readonly Entries[]): ExpectedValue | null {
  const won = entries.filter(({ wonLag }) => wonLag !== null)
  const maturityDays = Math.min(
    LONGEST_WAIT,
    percentile(won, ({ wonLag }) => wonLag ?? 0, MATURE),
  )
  const mature = entries.filter(({ age }) => age >= maturityDays)
  const deals = countOf(mature)
  if (deals < FEWEST) return null
  const ended = mature.filter(({ wonLag }) => wonLag !== null)
  const mean = sum(ended, ({ minor }) => minor) / deals
  const variance = Math.max(0, sum(ended, ({ squares }) => squares) / deals - mean ** 2)
  return { mean, error: Math.sqrt(variance / deals), wonShare: countOf(ended) / deals, deals, maturityDays }
}

/** The least value that this share of the deals does not exceed; 0 for none. */
export function percentile(
  entries: readonly Entries[],
  of: (entry: Entries) => number,
  share: number,
): number {
  const sorted = entries.toSorted((a, b) => of(a) - of(b))
  const wanted = share * countOf(sorted)
  let seen = 0
  for (const entry of sorted) {
    seen += entry.count
    if (seen >= wanted) return of(entry)
  }
  return 0
}

export function countOf(entries: readonly Entries[]): number {
  return sum(entries, ({ count }) => count)
}

function sum(entries: readonly Entries[], of: (entry: Entries) => number): number {
  return entries.reduce((total, entry) => total + of(entry), 0)
}

export function money(minor: number, currency: string) {
  return { amount: toDecimal(Math.round(minor), currency), currency }
}
