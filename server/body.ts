import type { IncomingMessage } from 'node:http'
import { ClosebackError } from '../core/model/errors.ts'
import { SECOND } from '../core/model/time.ts'

/** A body up to this size is always taken: a sender of small ones is never turned away because of others' large ones. */
const SMALL_BYTES = 64 * 1024
/** What all requests together may hold beyond that: 500 slow senders of 10 MB each would else hold 5 GB. */
const MAX_HELD_BYTES = 128 * 1024 * 1024
/** How much of a refused body is read and thrown away, so that its sender reads the answer instead of a reset. */
const MAX_DISCARD_BYTES = 20_000_000
const DISCARD_MS = 2 * SECOND

let held = 0

/** The sender went away before its body was complete: there is nobody to answer. */
export class SenderGone extends Error {
  constructor() {
    super('the sender closed the connection before the body was complete')
    this.name = 'SenderGone'
  }
}

/**
 * Reads a body whole, as it came. Throws `too_large` as soon as it is clear, `unsupported` for compressed ones,
 * `unavailable` when too much is being read already, SenderGone. (express.raw reads a body of any length to its end before it
 * refuses it.)
 */
export function readBody(req: IncomingMessage, limit: number): Promise<Buffer> {
  const encoding = req.headers['content-encoding']?.trim().toLowerCase() ?? ''
  if (encoding !== '' && encoding !== 'identity') return Promise.reject(compressed())
  if (Number(req.headers['content-length'] ?? 0) > limit) return Promise.reject(tooLarge(limit))
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let size = 0
    let holding = 0
    const end = (error: Error | null) => {
      held -= holding
      req.off('data', take).off('end', done).off('error', gone).off('close', gone)
      if (error) {
        req.pause()
        reject(error)
      } else resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks, size))
    }
    const take = (chunk: Buffer) => {
      size += chunk.length
      if (size > limit) return end(tooLarge(limit))
      const more = Math.max(0, size - SMALL_BYTES) - holding
      if (held + more > MAX_HELD_BYTES) return end(crowded())
      held += more
      holding += more
      chunks.push(chunk)
    }
    const done = () => end(null)
    const gone = () => end(new SenderGone())
    req.on('data', take).on('end', done).on('error', gone).on('close', gone)
  })
}

/** Reads on past a refusal for a moment. False when there is more to come: the connection must be closed. */
export function discardBody(req: IncomingMessage): Promise<boolean> {
  if (req.complete || req.destroyed) return Promise.resolve(req.complete)
  return new Promise((resolve) => {
    let size = 0
    const end = () => {
      clearTimeout(timer)
      req.off('data', take).off('end', end).off('error', end).off('close', end)
      resolve(req.complete)
    }
    const take = (chunk: Buffer) => {
      size += chunk.length
      if (size > MAX_DISCARD_BYTES) end()
    }
    const timer = setTimeout(end, DISCARD_MS)
    req.on('data', take).on('end', end).on('error', end).on('close', end).resume()
  })
}

function tooLarge(limit: number): ClosebackError {
  return new ClosebackError('too_large', `The body is larger than ${limit / 1_000_000} MB.`, {
    remedy: 'Split it into several requests.',
  })
}

function compressed(): ClosebackError {
  return new ClosebackError('unsupported', 'Compressed bodies are not taken.', {
    remedy: 'Send the body without content-encoding.',
  })
}

function crowded(): ClosebackError {
  return new ClosebackError('unavailable', 'Too many large bodies are being received at once.', {
    remedy: 'Send the same request again later, or split it.',
  })
}
