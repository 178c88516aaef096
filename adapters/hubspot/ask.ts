import { QUESTION_MS, REQUEST_MS } from './constants.ts'
import { type Failure, failureOf, mayRetry, RequestTimeout, toError } from './failure.ts'
import type { Kind, Limiter, Timing } from './limiter.ts'

/** What one question to a portal needs. */
export interface Asking {
  limiter: Limiter
  timing: Timing
  /** Milliseconds until the account's midnight. */
  untilMidnight(): number
  /** Makes a new token when the one that was just refused can be renewed. */
  renewToken(): Promise<boolean>
}

const FIRST_BACK_OFF_MS = 250

/**
 * Asks HubSpot one thing, as often as its limits and our patience allow: every call we make may be repeated. Throws
 * ClosebackError: `unavailable` when it is to be tried later, `config` when a person must act, else `invalid` or
 * `not_found`.
 *
 * @param what for the message, for example `reading deals`
 */
export async function ask<T>(asking: Asking, what: string, kind: Kind, call: () => Promise<T>): Promise<T> {
  const { limiter, timing } = asking
  const giveUp = timing.steady() + QUESTION_MS
  let renewed = false
  for (let attempt = 0; ; attempt++) {
    if (!(await limiter.take(kind, giveUp - timing.steady()))) throw toError(CLOSED, what)
    const outcome = await timed(call).then(
      (value) => ({ value }),
      (thrown: unknown) => ({ failure: failureOf(thrown) }),
    )
    if ('value' in outcome) return outcome.value
    const { failure } = outcome
    if (failure.kind === 'daily') limiter.close('other', failure.waitMs ?? asking.untilMidnight())
    if (failure.kind === 'token' && !renewed && (await asking.renewToken())) {
      renewed = true
      continue
    }
    const waitMs = failure.waitMs ?? FIRST_BACK_OFF_MS * 2 ** attempt
    if (failure.kind === 'burst') limiter.close('other', waitMs)
    if (failure.kind === 'search') limiter.close('search', waitMs)
    if (!mayRetry(failure) || timing.steady() + waitMs > giveUp) throw toError(failure, what)
    await timing.sleep(waitMs)
  }
}

const CLOSED: Failure = {
  kind: 'daily',
  status: null,
  message: 'the limit of requests is reached',
  waitMs: null,
  correlationId: null,
  scopes: [],
}

/** The client can neither be told a time-out nor be aborted: a late answer is thrown away. */
async function timed<T>(call: () => Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new RequestTimeout()), REQUEST_MS)
  })
  try {
    const answer = call()
    answer.catch(() => {})
    return await Promise.race([answer, late])
  } finally {
    clearTimeout(timer)
  }
}
