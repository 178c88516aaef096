import type { Advice } from '../../core/model/advice.ts'
import { moneyText } from '../reconciliation/words.ts'
import { table } from '../terminal/table.ts'
import { wrap } from '../terminal/wrap.ts'

const percent = (share: number | null | undefined) => (share == null ? '-' : `${Math.round(share * 100)}%`)

/** The advice for a terminal: the sentence first, the stages it follows from under it. */
export function adviceText(advice: Advice, width: number): string {
  const { connectionId, stages, recommended, backTest, clickDays, wantedPer14Days, notes } = advice
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
  const lines = [
    recommended
      ? `${connectionId}: let TikTok optimise on "${recommended.milestone}", ${recommended.why}.`
      : `${connectionId}: no stage can be recommended yet: no deal with a click whose time is known.`,
    ...(recommended && !recommended.enough
      ? [`TikTok wants more than ${wantedPer14Days} in two weeks: expect it to learn slowly.`]
      : []),
    ...(recommended
      ? [
          recommended.value === null
            ? recommended.milestone === 'won'
              ? 'Send the amount of the deal: value: { from: amount }.'
              : 'There is no value to send yet: too few deals had time to end.'
            : `Send ${moneyText(recommended.value)} with it, or value: { expected: true }, which is learned anew every day.`,
        ]
      : []),
  ]
  return [
    ...lines.map((line) => wrap(line, width)),
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
