import type { IncomingMessage } from 'node:http'
import type { NextFunction, Request, Response } from 'express'
import { problem, sendProblem } from './problem.ts'

const timers = new WeakMap<IncomingMessage, NodeJS.Timeout>()

/**
 * Answers 408 to a request whose body is not complete after so long. In place of `requestTimeout` of Node's server, which
 * knows no exception for a body that is meant never to end.
 */
export function bodyDeadline(ms: number) {
  return (req: Request, res: Response, next: NextFunction): void => {
    if (req.headers['content-length'] !== undefined || req.headers['transfer-encoding'] !== undefined) {
      const timer = setTimeout(() => cut(req, res, ms), ms).unref()
      timers.set(req, timer)
      req.once('close', () => clearTimeout(timer))
    }
    next()
  }
}

/** This request may take as long as it likes: whoever reads it has a time-out of its own. */
export function withoutDeadline(req: IncomingMessage): void {
  clearTimeout(timers.get(req))
}

function cut(req: Request, res: Response, ms: number): void {
  if (req.complete) return
  if (res.headersSent) {
    req.socket.destroy()
    return
  }
  res.setHeader('connection', 'close')
  const remedy = 'Send the body faster, or split it.'
  sendProblem(res, problem(408, 'too_slow', `The body was not complete after ${ms / 1000} s.`, { remedy }))
}
