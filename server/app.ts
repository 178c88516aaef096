import express, { type NextFunction, type Request, type Response } from 'express'
import helmet from 'helmet'
import { ClosebackError } from '../core/model/errors.ts'
import { sessions } from './auth/sessions.ts'
import { discardBody, SenderGone } from './body.ts'
import { bodyDeadline } from './body-deadline.ts'
import { serveConsole } from './console/serve-console.ts'
import type { Host } from './host.ts'
import { LIMITS, type Limits } from './limits.ts'
import { factsOf } from './log.ts'
import { answerTimes } from './metrics/answer-times.ts'
import { problemOf, sendProblem } from './problem.ts'
import { apiPageRoute } from './routes/api-page.ts'
import { getCaptureScript } from './routes/capture-script.ts'
import { postCollect } from './routes/collect.ts'
import { consentCallback } from './routes/consent.ts'
import { healthz, readyz } from './routes/health.ts'
import { hook } from './routes/hooks.ts'
import { OPERATIONS } from './routes/index.ts'
import { getMetrics } from './routes/metrics.ts'
import { openApi } from './routes/openapi.ts'
import { mountOperation } from './routes/operation.ts'

/** Every route of the host. Behind a proxy nothing is believed of what it adds: addresses open nothing here. */
export function createApp(host: Host, limits: Limits = LIMITS): express.Express {
  const app = express()
  app.disable('x-powered-by')
  app.disable('etag')
  app.set('trust proxy', false)
  app.set('query parser', 'simple')

  app.use(bodyDeadline(limits.requestTimeout))
  // Senders come first: no middleware reads the raw bytes they signed.
  const hooks = hook(host, limits)
  app.post('/hooks/:adapter/:source', answerTimes(host), hooks)
  app.post('/hooks/:adapter/:source/:below', answerTimes(host), hooks)
  app.get('/healthz', healthz)
  app.get('/readyz', readyz(host))

  app.use(helmet())
  app.get('/metrics', getMetrics(host))
  app.get('/capture.js', getCaptureScript)
  app.post('/collect', postCollect(host))
  app.get('/api', apiPageRoute(host))
  app.get('/api/v1/openapi.json', openApi())
  app.use(['/api/v1', '/oauth', '/metrics'], sessions(host))
  app.get('/oauth/tiktok/callback', consentCallback(host))
  for (const operation of OPERATIONS) mountOperation(app, host, operation)
  serveConsole(app, host)
  app.use(() => {
    throw new ClosebackError('not_found', 'There is nothing at this address.', {
      remedy: 'See /api/v1/openapi.json for what there is.',
    })
  })
  app.use(failures(host))
  return app
}

/** The one place where an error becomes an answer. Never a stack, whatever NODE_ENV says. */
function failures({ closeback }: Host) {
  const { log } = closeback.pipeline
  return async (error: unknown, req: Request, res: Response, _next: NextFunction): Promise<void> => {
    const route = req.route ? String(req.route.path) : null
    if (error instanceof SenderGone) {
      log.debug({ route }, 'sender_gone')
      return
    }
    const said = problemOf(error)
    // Only the pattern of the route: what callers put into paths and queries may be a token or a name.
    const facts = { method: req.method, route, status: said.status, problem: said.code }
    if (said.status >= 500) log.error({ ...facts, ...factsOf(error) }, 'request_failed')
    else log.debug(facts, 'request_refused')
    if (res.headersSent) {
      req.socket.destroy()
      return
    }
    if (!(await discardBody(req))) res.setHeader('connection', 'close')
    sendProblem(res, said)
  }
}
