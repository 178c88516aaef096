import type { Answer } from './answer.ts'
import { failedPath } from './failed-path.ts'
import { type Meaning, type Outcome, ofCode, ofFailure } from './meanings.ts'

/** What an answer of `/event/track/` means for the events of that request. */
export interface Verdict {
  outcome: Outcome
  /** TikTok's code, or our word for a failure without one: `40002`, `timeout`, `http_502`. */
  code: string
  /** Redacted: TikTok's message, or what went wrong on the way. */
  message: string
  /** One imperative sentence; empty when accepted. */
  remedy: string
  /** Of a refused request: the position in `data[]` that the message names. */
  failedIndex: number | null
}

/** The body's code decides, never the HTTP status; a whole request is judged at once. */
export function judge(answer: Answer): Verdict {
  if (answer.kind === 'none') {
    const code =
      answer.status === null || answer.failure !== 'http' ? answer.failure : `http_${answer.status}`
    return verdict(ofFailure(answer.failure), code, answer.detail, null)
  }
  const { code, message } = answer
  const meaning = ofCode(code)
  if (meaning.outcome !== 'refused') return verdict(meaning, String(code), message, null)
  const path = failedPath(message)
  if (path === null ? /event_source_id/i.test(message) : path.field === 'event_source_id') {
    return verdict(WRONG_SET, String(code), message, null)
  }
  return verdict(meaning, String(code), message, path === null ? null : path.index)
}

const WRONG_SET: Meaning = {
  outcome: 'parked',
  remedy:
    'Correct the event set id of this connection: a web set is the pixel code, not the numeric pixel id.',
}

function verdict(meaning: Meaning, code: string, message: string, failedIndex: number | null): Verdict {
  return { outcome: meaning.outcome, code, message, remedy: meaning.remedy, failedIndex }
}
