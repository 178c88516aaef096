import { SignatureError } from '../../../core/adapter.ts'

/**
 * The time a sender signed, as the text it signed: seconds since 1970, at most `tolerance` seconds before or after
 * `now` (epoch ms). Strict, because parseInt reads "1700000000abc" and the signature covers the text, not the number.
 */
export function signedTime(value: string, name: string, tolerance: number, now: number): string {
  if (!/^[1-9]\d{0,10}$/.test(value))
    throw new SignatureError(
      `${name} is not a time: send the seconds since 1970 as plain digits, not milliseconds.`,
    )
  // Asked this way round, a clock that is no number refuses.
  if (Math.abs(Math.floor(now / 1000) - Number(value)) <= tolerance) return value
  throw new SignatureError(
    `${name} is more than ${tolerance / 60} minutes away from our clock: sign every attempt anew with the current time, and check the clock of the sender.`,
  )
}
