import type { NextFunction, Request, Response } from 'express'
import type { Host } from '../host.ts'

/** Notes how long each answer to a sender took, however it ends; one that hung up has had no answer. */
export function answerTimes(host: Pick<Host, 'metrics'>) {
  return (_req: Request, res: Response, next: NextFunction): void => {
    const began = performance.now()
    res.once('finish', () => {
      // A stream takes as long as its sender likes: that is no time to answer.
      if (res.hasHeader('closeback-ingest')) return
      host.metrics.hookAnswered(res.statusCode, performance.now() - began)
    })
    next()
  }
}
