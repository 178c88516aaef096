import type { Advice } from '../../core/model/advice.ts'
import { moneyText } from '../reconciliation/words.ts'

/** The advice in sentences: which stage, how well TikTok will learn from it, and what to send. */
export function adviceSentences({ connectionId, recommended, wantedPer14Days }: Advice): string[] {
  if (!recommended)
    return [`${connectionId}: no stage can be recommended yet: no deal with a click whose time is known.`]
  const { milestone, why, enough, value } = recommended
  return [
    `${connectionId}: let TikTok optimise on "${milestone}"${enough ? ',' : ':'} ${why}.`,
    ...(enough ? [] : [`TikTok wants more than ${wantedPer14Days} in two weeks: expect it to learn slowly.`]),
    value !== null
      ? `Send ${moneyText(value)} with it, or value: { expected: true }, which is learned anew every day.`
      : milestone === 'won'
        ? 'Send the amount of the deal: value: { from: amount }.'
        : 'There is no value to send yet: too few deals had time to end.',
  ]
}
