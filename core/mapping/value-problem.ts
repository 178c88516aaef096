/** Why a rule has no value to send yet, or must not send at all; `detail` is one sentence with the remedy. */
export interface ValueProblem {
  problem: 'no_amount' | 'negative_amount' | 'currency' | 'no_value_yet'
  detail: string
}

/** Arithmetic that leaves the exact range counts as a missing amount; any other error is a bug and goes on. */
export function tooLarge(error: unknown): ValueProblem {
  if (!(error instanceof RangeError)) throw error
  return {
    problem: 'no_amount',
    detail: 'the value is too large to be counted exactly: correct the amount, the percent or the rate',
  }
}
