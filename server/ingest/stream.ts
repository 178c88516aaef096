import type { IncomingMessage, ServerResponse } from 'node:http'
import { ClosebackError } from '../../core/model/errors.ts'
import type { Ingest } from '../../core/pipeline/ingest.ts'
import { discardBody } from '../body.ts'
import { answerLines } from './answer-lines.ts'
import { type End, groupedBody } from './grouped-body.ts'

export interface StreamOptions {
  /** Ms without a byte from the sender after which it counts as gone. */
  idleMs: number
  /** Aborted when the host stops. */
  stopping: AbortSignal
  /** Whether the sender may still send; asked before each group. Throws ClosebackError. */
  permitted(): Promise<void>
  /** Something was committed. */
  committed(): void
}

/**
 * Reads a body without end, commits it in groups and answers each: about one group and one line are held, however long it
 * runs. The body is not read while commits are behind; it is read on while nobody reads the answer.
 */
export async function streamLines(
  req: IncomingMessage,
  res: ServerResponse,
  ingest: Ingest,
  options: StreamOptions,
): Promise<End> {
  // A sender may go away at any moment, also between two writes.
  res.on('error', () => {})
  const answers = answerLines(res, { ingest: String(ingest.id) })
  const body = groupedBody(req, ingest, options)
  let end: End
  try {
    for (let group = await body.next(); group !== null; group = await body.next()) {
      await options.permitted()
      const report = await ingest.commit(group.lines, group.upTo)
      answers.group(report)
      options.committed()
    }
    end = body.end()
  } catch (error) {
    end = { state: 'failed', error: failure(error) }
  } finally {
    body.stop()
  }
  await ingest.end(end.state, end.error?.message ?? null).catch((error: unknown) => {
    // What is on disk stays there; the sender is told the same as if the commit had failed.
    end = { state: 'failed', error: failure(error) }
  })
  answers.last(lastLine(end, ingest))
  res.end()
  void close(req, res, options.idleMs)
  return end
}

function lastLine({ state, error }: End, { progress }: Ingest): object {
  const done = state === 'done'
  const told = error && { code: error.code, message: error.message, remedy: error.remedy }
  return { done, ...progress, ...(told && { error: told }) }
}

function failure(error: unknown): ClosebackError {
  if (error instanceof ClosebackError) return error
  return new ClosebackError('unavailable', 'A group could not be stored.', {
    remedy: 'Send again from behind the last line that was answered; what is on disk counts as a duplicate.',
    cause: error,
  })
}

/** Reads a refused rest for a moment, so that the sender reads the last line instead of a reset; then nobody waits for it. */
async function close(req: IncomingMessage, res: ServerResponse, idleMs: number): Promise<void> {
  const late = setTimeout(() => req.socket.destroy(), idleMs)
  res.once('close', () => clearTimeout(late))
  if (!req.destroyed && !(await discardBody(req))) {
    if (res.writableFinished) req.socket.destroySoon()
    else res.once('finish', () => req.socket.destroySoon())
  }
}
