/** The outcome of reading outside text: a value, or one sentence saying what is wrong with it. */
export type Result<T> = { ok: true; value: T } | { ok: false; problem: string }

/** Wraps a value that was read. */
export function good<T>(value: T): Result<T> {
  return { ok: true, value }
}

/** Wraps a problem; the sentence must not repeat personal data. */
export function bad(problem: string): { ok: false; problem: string } {
  return { ok: false, problem }
}
