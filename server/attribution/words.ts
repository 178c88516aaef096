import type { LedgerAttribution } from '../../core/model/attribution.ts'
import { moneyText } from '../reconciliation/words.ts'

/** What the journeys of a report come to, in one sentence without its full stop. */
export function journeysText({
  journeys: { conversions, value, touches, unknown },
  lookbackDays,
}: Pick<LedgerAttribution, 'journeys' | 'lookbackDays'>): string {
  const count = (n: number, one: string, more: string) =>
    `${n.toLocaleString('en-US')} ${n === 1 ? one : more}`
  const deals = `${count(conversions, 'deal', 'deals')} won, worth ${moneyText(value)}`
  const by = `by ${count(touches, 'touch', 'touches')} in the ${lookbackDays} days before`
  return `${deals}, ${by}${unknown === 0 ? '' : `; nobody saw ${unknown.toLocaleString('en-US')} of them come`}`
}
