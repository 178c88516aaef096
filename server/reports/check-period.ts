import { accountDay, daysFromTo } from '../../core/model/account-day.ts'
import { ClosebackError } from '../../core/model/errors.ts'
import type { Connection } from '../../core/model/workspace.ts'

/** Longer periods than this are nobody's report. */
const MOST_DAYS = 400

/** Throws `invalid` for a period that is none, or of which nothing can be known; `now` is epoch ms. */
export function checkPeriod(
  { from, to, asOf = null }: { from: string; to: string; asOf?: string | null },
  { id, timezone }: Connection,
  now: number,
): void {
  const today = accountDay(now, timezone)
  const wrong = (message: string, remedy: string) => new ClosebackError('invalid', message, { remedy })
  if (from > to)
    throw wrong(`The period is the wrong way round: ${from} is after ${to}.`, 'Exchange the two days.')
  if (to > today)
    throw wrong(
      `The period ends in the future: at ${id} it is ${today}.`,
      `End it on ${today} at the latest; days are those of the ad account (${timezone}).`,
    )
  if (asOf !== null && (asOf < from || asOf > today))
    throw wrong(`Nothing of the period was known on ${asOf}.`, `Choose a day from ${from} to ${today}.`)
  if (daysFromTo(from, to).length > MOST_DAYS)
    throw wrong(`The period is longer than ${MOST_DAYS} days.`, 'Make several reports of it.')
}
