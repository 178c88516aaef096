import type { Advice } from '../../core/model/advice.ts'
import { moneyText } from '../reconciliation/words.ts'
import { table } from '../terminal/table.ts'
import { wrap } from '../terminal/wrap.ts'
import { adviceSentences } from './words.ts'

const percent = (share: number | null | undefined) => (share == null ? '-' : `${Math.round(share * 100)}%`)

/** The advice for a terminal: the sentence first, the stages it follows from under it. */
export function adviceText(advice: Advice, width: number): string {
  const { stages, backTest, clickDays, notes } = advice
  const columns = [
    { title: 'stage', shrink: true as const },
    ...['deals', 'lag', '1d', '7d', '14d', '28d', 'per 14d', 'won', 'expected'].map((title) => ({
      title,
      align: 'right' as const,
    })),
  ]
  const rows = stages.map(
    ({ milestone, entered, lagDays, insideWindow, signalsPer14Days, wonShare, expected }) => ({
      cells: [
        milestone,
        String(entered),
        lagDays ? `${lagDays.p10}/${lagDays.p50}/${lagDays.p90}` : '-',
        ...insideWindow.map(({ share }) => percent(lagDays ? share : null)),
        signalsPer14Days.toFixed(1),
        percent(wonShare),
        expected ? moneyText(expected.value) : '-',
      ],
      note: expected
        ? `90 %: ${moneyText(expected.low)} to ${moneyText(expected.high)}, of ${expected.deals} deals given ${expected.maturityDays} days`
        : '',
    }),
  )
  return [
    ...adviceSentences(advice).map((line) => wrap(line, width)),
    '',
    table(columns, rows, width).trimEnd(),
    '',
    wrap(
      `Lag: days from the click to the stage, 10th/50th/90th percentile, and the share inside each window; per 14d: those inside ${clickDays} days of the click.`,
      width,
    ),
    ...(backTest.folds.length === 0
      ? ['There is too little past to test the advice on.']
      : [
          'Had it been asked before:',
          ...backTest.folds.map(({ at, milestone, deals, predicted, actual }) =>
            wrap(
              `  ${at}  "${milestone}": ${deals} deals, expected ${moneyText(predicted)}, came to ${moneyText(actual)}`,
              width,
              '    ',
            ),
          ),
          ...(backTest.error === null
            ? []
            : [
                `  All together ${backTest.error >= 0 ? '+' : ''}${(backTest.error * 100).toFixed(1)} % off.`,
              ]),
        ]),
    ...notes.map((note) => wrap(`Note: ${note}`, width)),
    '',
  ].join('\n')
}
