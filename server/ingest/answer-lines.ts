import type { ServerResponse } from 'node:http'
import type { GroupReport } from '../../core/pipeline/ingest.ts'

/** Past this much unread, answers are merged: how fast a sender reads never decides how fast it may send. */
const MOST_UNREAD_BYTES = 1_000_000
const MOST_ERRORS = 10

export interface AnswerLines {
  /** One line for one committed group, or one for several while the sender does not read. */
  group(report: GroupReport): void
  /** What is still merged, then the last line. */
  last(said: object): void
}

/** Writes the answer of a stream, at most about 1 MB ahead of its reader. The first line carries `first` too. */
export function answerLines(res: ServerResponse, first: object): AnswerLines {
  let merged: GroupReport | null = null
  let isFirst = true

  function write(said: object): void {
    res.write(`${JSON.stringify(isFirst ? { ...first, ...said } : said)}\n`)
    isFirst = false
  }

  function flush(): void {
    if (merged !== null) write(merged)
    merged = null
  }

  res.on('drain', flush)
  return {
    group(report) {
      if (merged === null && res.writableLength <= MOST_UNREAD_BYTES) write(report)
      else merged = merged === null ? report : together(merged, report)
    },
    last(said) {
      res.off('drain', flush)
      flush()
      write(said)
    },
  }
}

/** The line for both: `group` and `lines` are how far it got, counts are of all of it. */
function together(one: GroupReport, next: GroupReport): GroupReport {
  return {
    group: next.group,
    lines: next.lines,
    received: one.received + next.received,
    duplicates: one.duplicates + next.duplicates,
    conflicts: one.conflicts + next.conflicts,
    invalid: one.invalid + next.invalid,
    firstErrors: [...one.firstErrors, ...next.firstErrors].slice(0, MOST_ERRORS),
  }
}
