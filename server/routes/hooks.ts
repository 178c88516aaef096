import type { Request, Response } from 'express'
import type { InboundRequest } from '../../core/adapter.ts'
import { ClosebackError } from '../../core/model/errors.ts'
import { type ReceiveReport, receive } from '../../core/pipeline/receive.ts'
import { readBody } from '../body.ts'
import type { Host } from '../host.ts'
import { problem, sendJson, sendProblem } from '../problem.ts'

/** Signed bodies are verified whole before anything of them is kept. */
const MAX_BODY_BYTES = 10_000_000

/** `POST /hooks/webhook/{source}`: the answer leaves when every item of it is on disk, or none was worth keeping. */
export function webhookHook(host: Host) {
  const { pipeline, inbox } = host.closeback
  return async (req: Request, res: Response): Promise<void> => {
    const sourceId = String(req.params.source)
    const source = (await pipeline.settings()).sources.get(sourceId)
    if (source?.adapter.id !== 'webhook') throw unknownSource()
    refuseKeys(req)
    const body = await readBody(req, MAX_BODY_BYTES)
    const report = await receive(pipeline, inbox, sourceId, inboundRequest(req, body, host.publicUrl()))
    if (report.received > 0) host.jobs.wake()
    pipeline.log.debug({ source: sourceId, items: report.results.length }, 'hook_received')
    answer(res, report)
  }
}

function answer(res: Response, report: ReceiveReport): void {
  const { length } = report.results
  if (length > 0 && report.invalid === length) {
    const remedy = 'Correct what is listed under results, item by item, then send again.'
    sendProblem(res, problem(400, 'invalid', 'No item of the request can be read.', { remedy }), report)
    return
  }
  sendJson(res, report.invalid > 0 ? 207 : 202, report)
}

function inboundRequest(req: Request, body: Buffer, publicUrl: string): InboundRequest {
  const headers = req.headers as Record<string, string | string[]>
  // Node joins every repeated header by ", " but this one.
  const cookies = headers['set-cookie']
  if (Array.isArray(cookies)) headers['set-cookie'] = cookies.join(', ')
  return {
    method: req.method,
    url: publicUrl + req.originalUrl,
    headers: headers as Record<string, string>,
    body,
  }
}

function unknownSource(): ClosebackError {
  return new ClosebackError('not_found', 'There is no webhook source of this name.', {
    remedy: 'Check the address: /hooks/webhook/<source id>, with an id from the workspace.',
  })
}

function refuseKeys({ headers }: Request): void {
  if (headers.authorization === undefined || headers['webhook-signature'] !== undefined) return
  throw new ClosebackError('unauthorized', 'API keys are not taken in place of a signature here.', {
    remedy: 'Send webhook-id, webhook-timestamp and webhook-signature, and no Authorization header.',
  })
}
