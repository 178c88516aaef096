import { z } from 'zod'
import type { Answer } from './answer.ts'
import { judge, type Verdict } from './outcome.ts'

/** What a reading call brought: typed content, or the verdict on why not (its remedy says what to do). */
export type Asked<T> = { ok: true; value: T } | { ok: false; verdict: Verdict }

/** An id: text in v1.3, yet some answers still carry numbers. */
export const Id = z.union([z.string(), z.number()]).transform(String)

/** Reads the content of an answer by a schema. */
export function asked<T>(answer: Answer, schema: z.ZodType<T>): Asked<T> {
  const verdict = judge(answer)
  if (verdict.outcome !== 'accepted' || answer.kind === 'none') return { ok: false, verdict }
  const read = schema.safeParse(answer.content)
  if (read.success) return { ok: true, value: read.data }
  const where = read.error.issues.map((issue) => issue.path.join('.') || 'data').join(', ')
  return {
    ok: false,
    verdict: {
      outcome: 'unknown',
      code: 'unexpected_content',
      message: `TikTok’s answer has another shape than documented, at ${where}`,
      remedy: 'Look for a newer version of Closeback.',
      failedIndex: null,
    },
  }
}
