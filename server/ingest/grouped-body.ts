import type { IncomingMessage } from 'node:http'
import { ClosebackError } from '../../core/model/errors.ts'
import type { Ingest, Line } from '../../core/pipeline/ingest.ts'
import { lineReader, type ReadLine } from './lines.ts'

/** Lines one commit takes, as many as a group of the inbox; blank ones cost nothing and are not counted. */
const GROUP_LINES = 256
/** How long the first line of a group waits for others. */
const GROUP_MS = 20

/** Why a stream ended. `error` is null when the sender ended it; `gone` when nobody reads an answer any more. */
export type End = { state: 'done' | 'gone' | 'failed'; error: ClosebackError | null }

export interface GroupedBody {
  /** The next group, when it is full or old enough; null when there will be no other. */
  next(): Promise<{ lines: Line[]; upTo: number } | null>
  end(): End
  stop(): void
}

/** Reads a body without end and cuts it into groups. Stops reading while a whole group waits to be taken. */
export function groupedBody(
  req: IncomingMessage,
  ingest: Pick<Ingest, 'read'>,
  { idleMs, stopping }: { idleMs: number; stopping: AbortSignal },
): GroupedBody {
  let waiting: Line[] = []
  let told = 0
  let ripe = false
  let end: End | null = null
  let broken: unknown = null
  let next = Promise.withResolvers<void>()
  let age: NodeJS.Timeout | null = null

  function look(): void {
    next.resolve()
    next = Promise.withResolvers<void>()
  }

  const reader = lineReader((number, read) => {
    if (broken !== null) return
    try {
      if (read.kind !== 'blank') waiting.push(lineOf(ingest, number, read))
    } catch (error) {
      broken = error
    }
  })

  const isDue = () => ripe || waiting.length >= GROUP_LINES

  function take(chunk: Buffer): void {
    idle.refresh()
    reader.take(chunk)
    if (isDue() || broken !== null) {
      // Commits are behind: the sender waits in TCP, not in memory.
      req.pause()
      look()
    } else if (reader.count() > told) ripen()
  }

  function ripen(): void {
    age ??= setTimeout(() => {
      age = null
      ripe = true
      look()
    }, GROUP_MS)
  }

  function finish(said: End): void {
    if (end !== null) return
    end = said
    req.off('data', take).pause()
    look()
  }

  const ended = () => {
    reader.end()
    finish({ state: 'done', error: null })
  }
  // Half a line is not a line: only what ended is kept.
  const gone = () => finish({ state: 'gone', error: null })
  const silent = () => finish({ state: 'gone', error: idleError(idleMs) })
  const stopped = () => finish({ state: 'gone', error: stoppingError() })

  const idle = setTimeout(silent, idleMs)
  req.on('data', take).on('end', ended).on('error', gone).on('close', gone)
  stopping.addEventListener('abort', stopped)
  if (stopping.aborted) stopped()

  return {
    async next() {
      while (end === null && broken === null && !isDue()) {
        req.resume()
        await next.promise
      }
      if (broken !== null) throw broken
      if (reader.count() === told) return null
      if (age) clearTimeout(age)
      age = null
      ripe = false
      const lines = waiting.slice(0, GROUP_LINES)
      waiting = waiting.slice(GROUP_LINES)
      // A group never ends inside a line, because a sender resumes by lines.
      told = waiting.length > 0 ? (lines.at(-1)?.number ?? told) : reader.count()
      if (waiting.length > 0) ripen()
      // Time in which this host did not read is not the sender's silence.
      idle.refresh()
      return { lines, upTo: told }
    },
    end: () => end ?? { state: 'gone', error: null },
    stop() {
      clearTimeout(idle)
      if (age) clearTimeout(age)
      stopping.removeEventListener('abort', stopped)
      req.off('data', take).off('end', ended).off('error', gone).off('close', gone)
      // Whoever listens to nothing any more must not crash of a reset.
      req.on('error', () => {})
    },
  }
}

function lineOf(
  ingest: Pick<Ingest, 'read'>,
  number: number,
  read: Exclude<ReadLine, { kind: 'blank' }>,
): Line {
  if (read.kind === 'json') return ingest.read(number, read.value)
  const remedy = 'Send one whole JSON object a line, in UTF-8, without line breaks inside it.'
  const errors = [{ path: '', message: read.message, remedy }]
  return { number, tickets: [], invalid: [{ line: number, id: null, errors }] }
}

function idleError(ms: number): ClosebackError {
  return new ClosebackError('unavailable', `Nothing came for ${ms / 1000} s.`, {
    remedy:
      'Send again from behind the last line that was answered; a blank line now and then keeps a stream open.',
  })
}

function stoppingError(): ClosebackError {
  return new ClosebackError('unavailable', 'This host is stopping.', {
    remedy: 'Send again from behind the last line that was answered.',
  })
}
