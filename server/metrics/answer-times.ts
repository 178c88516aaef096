import type { NextFunction, Request, Response } from 'express'
import type { Host } from '../host.ts'

/** Notes how long each answer to a sender took, however it ends; one that hung up has had no answer. */
export function answerTimes(host: Pick<Host, 'metrics'>) {
  return (_req: Request, res: Response, next: NextFunction): void => {
    const began = performance.now()
    res.once('finish', () => host.metrics.hookAnswered(res.statusCode, performance.now() - began))
    next()
  }
}
