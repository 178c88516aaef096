import type { Advice, StageAdvice } from '../../../../core/model/advice.ts'
import { adviceSentences } from '../../../advice/words.ts'
import { moneyText } from '../../../reconciliation/words.ts'
import { countCell, decimalCell, moneyCell, NONE, percentCell } from '../reports/cells.ts'
import type { RichCell, Table } from '../reports/table.ts'

/** A point of a lag curve: which share of the clicked deals was in the stage so many days after the click. */
export interface LagPoint {
  days: number
  share: number
}

export interface LagCurve {
  milestone: string
  recommended: boolean
  points: LagPoint[]
}

export interface AdviceView {
  sentences: string[]
  enough: boolean
  /** What the chart of lags shows, in a sentence. */
  lagFinding: string
  curves: LagCurve[]
  /** Signals in two weeks by stage; `size` in percent of the widest bar, `wanted` of the line. */
  signals: { milestone: string; text: string; size: number; enough: boolean }[]
  wanted: { count: number; at: number }
  signalFinding: string
  stages: Table
  backTest: Table
  backTestFinding: string
  /** The rule that follows the advice, as the rules page is asked for it; null without advice. */
  rule: { stage: string; value: 'amount' | 'expected'; connection: string } | null
}

/** Advice as its page shows it. */
export function adviceView(advice: Advice): AdviceView {
  const { stages, recommended, wantedPer14Days, backTest, connectionId } = advice
  const curves = stages
    .filter(({ lagDays }) => lagDays !== null)
    .map(({ milestone, insideWindow }) => ({
      milestone,
      recommended: milestone === recommended?.milestone,
      points: [{ days: 0, share: 0 }, ...insideWindow.map(({ days, share }) => ({ days, share }))],
    }))
  const widest = Math.max(wantedPer14Days * 1.2, ...stages.map(({ signalsPer14Days }) => signalsPer14Days))
  const most = stages.filter(({ signalsPer14Days }) => signalsPer14Days > wantedPer14Days)
  return {
    sentences: adviceSentences(advice),
    enough: recommended?.enough ?? false,
    lagFinding: lagFindingOf(curves),
    curves,
    signals: stages.map(({ milestone, signalsPer14Days }) => ({
      milestone,
      text: decimalCell(signalsPer14Days, 1).text,
      size: (signalsPer14Days / widest) * 100,
      enough: signalsPer14Days > wantedPer14Days,
    })),
    wanted: { count: wantedPer14Days, at: (wantedPer14Days / widest) * 100 },
    signalFinding:
      most.length === 0
        ? `No stage has more than ${wantedPer14Days} signals in two weeks`
        : `${most.map(({ milestone }) => milestone).join(', ')} ${most.length === 1 ? 'has' : 'have'} more than ${wantedPer14Days} signals in two weeks`,
    stages: stagesTable(advice),
    backTest: backTestTable(advice),
    backTestFinding: backTestFindingOf(backTest),
    rule: recommended && {
      stage: recommended.milestone,
      value: recommended.value === null ? 'amount' : 'expected',
      connection: connectionId,
    },
  }
}

/** TikTok's shortest usual click window, which the sentence over the curves is about. */
const WEEK = 7

function lagFindingOf(curves: readonly LagCurve[]): string {
  const told = curves.find(({ recommended }) => recommended) ?? curves.at(-1)
  const inside = told?.points.find(({ days }) => days === WEEK)
  if (!told || !inside) return 'No stage was entered after a click whose time is known'
  return `${Math.round(inside.share * 100)} % of the deals are in "${told.milestone}" within ${WEEK} days of their click`
}

function backTestFindingOf({ folds, error }: Advice['backTest']): string {
  if (folds.length === 0) return 'There is too little past to test the advice on'
  if (error === null) return 'What came later cannot be compared with'
  const off = Math.abs(error * 100).toFixed(1)
  return `In the past it would have been ${off} % ${error >= 0 ? 'above' : 'below'} what came`
}

function stagesTable({ connectionId, stages }: Advice): Table {
  return {
    file: `stages-${connectionId}`,
    caption: 'From the click to the end, stage by stage',
    columns: [
      { title: 'Stage' },
      ...[
        'Deals',
        'With a click',
        'Days after click',
        'In 1 day',
        '7 days',
        '14 days',
        '28 days',
        'Signals',
        'Won',
        'Expected value',
      ].map((title) => ({ title, number: true as const })),
    ],
    empty: 'No deal has entered a stage yet: add a source, or backfill its history.',
    rows: stages.map((stage) => ({
      key: stage.milestone,
      cells: [
        stage.milestone,
        countCell(stage.entered),
        countCell(stage.clicked),
        lagCell(stage),
        ...stage.insideWindow.map(({ share }) => percentCell(stage.lagDays ? share : null)),
        decimalCell(stage.signalsPer14Days, 1),
        percentCell(stage.wonShare),
        expectedCell(stage),
      ],
    })),
  }
}

function lagCell({ lagDays }: StageAdvice): RichCell {
  if (lagDays === null) return NONE
  const { p10, p50, p90 } = lagDays
  return { text: `${p50} (${p10} to ${p90})`, raw: p50 }
}

function expectedCell({ expected }: StageAdvice): RichCell {
  if (expected === null) return NONE
  const { value, low, high } = expected
  return { text: `${moneyText(value)} (${low.amount} to ${high.amount})`, raw: value.amount }
}

function backTestTable({ connectionId, backTest }: Advice): Table {
  return {
    file: `back-test-${connectionId}`,
    caption: 'What the advice would have been, and what came',
    columns: [
      { title: 'Asked on' },
      { title: 'Stage' },
      { title: 'Deals', number: true },
      { title: 'Expected', number: true },
      { title: 'Came to', number: true },
    ],
    empty: 'A back-test needs deals that ended at least four weeks ago.',
    rows: backTest.folds.map(({ at, milestone, deals, predicted, actual }) => ({
      key: at,
      cells: [at, milestone, countCell(deals), moneyCell(predicted), moneyCell(actual)],
    })),
  }
}
