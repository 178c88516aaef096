import type { Request, Response } from 'express'
import { type InboundRequest, SignatureError, type SourceAdapter } from '../../core/adapter.ts'
import { ClosebackError } from '../../core/model/errors.ts'
import { openIngest } from '../../core/pipeline/ingest.ts'
import { type ReceiveReport, receive } from '../../core/pipeline/receive.ts'
import { authenticateSender, isApiKey } from '../auth/authenticate.ts'
import { readBody } from '../body.ts'
import { withoutDeadline } from '../body-deadline.ts'
import type { Host } from '../host.ts'
import { streamLines } from '../ingest/stream.ts'
import type { Limits } from '../limits.ts'
import { factsOf } from '../log.ts'
import { problem, problemOf, sendJson, sendProblem } from '../problem.ts'
import { addressLimit, REQUESTS_PER_MINUTE, sourceLimit } from '../rate-limits.ts'

/** Signed bodies are verified whole before anything of them is kept. */
const MAX_BODY_BYTES = 10_000_000

/**
 * `POST /hooks/{adapter}/{source}`: the answer leaves when every item of it is on disk, or none was worth keeping. With an
 * API key in place of a signature a body of lines may be endless, and is answered group by group.
 */
export function hook(host: Host, limits: Limits) {
  const { pipeline, inbox, ledger, store } = host.closeback
  const byAddress = addressLimit(limits.maxUnproven)
  const bySource = sourceLimit((id) => {
    const source = store.current.workspace.sources.find((each) => each.id === id)
    return source?.limits?.requestsPerMinute ?? REQUESTS_PER_MINUTE
  })
  let streams = 0

  return async (req: Request, res: Response): Promise<void> => {
    const sourceId = String(req.params.source)
    const source = (await pipeline.settings()).sources.get(sourceId)
    if (!source || source.adapter.id !== req.params.adapter) throw unknownSource()
    if (req.params.below !== undefined && !source.adapter.hookBelow) throw unknownSource()
    await byAddress.check(req, res)
    const began = performance.now()
    try {
      if (isApiKey(req)) await known(req, res, sourceId, source.adapter)
      else await whole(req, res, sourceId, source.adapter)
    } catch (error) {
      if (isUnproven(error)) await byAddress.count(req)
      noteRefusal(host, sourceId, began, error)
      throw error
    }
  }

  async function known(req: Request, res: Response, sourceId: string, adapter: SourceAdapter): Promise<void> {
    const caller = await authenticateSender(ledger.db, req, res, sourceId)
    if (adapter.readLine && isLines(req)) await stream(req, res, { sourceId, keyId: caller.id })
    else await whole(req, res, sourceId, adapter, { authenticated: true })
  }

  async function whole(
    req: Request,
    res: Response,
    sourceId: string,
    adapter: SourceAdapter,
    over: object = {},
  ): Promise<void> {
    const began = performance.now()
    const body = await readBody(req, MAX_BODY_BYTES)
    const request = { ...inboundRequest(req, body, host.publicUrl()), ...over }
    const report = await receive(pipeline, inbox, sourceId, request, () => bySource(req, res))
    if (report.received > 0) host.jobs.wake()
    pipeline.log.debug({ source: sourceId, items: report.results.length }, 'hook_received')
    const own = adapter.reply?.(request, report)
    if (own) res.status(own.status).type(own.type).send(own.body)
    else answer(res, report)
    const { received, duplicates, conflicts, invalid, results } = report
    const errors = results.flatMap((result) => result.errors ?? [])
    const said = { status: res.statusCode, tookMs: performance.now() - began, problem: null, errors }
    host.requests.add(sourceId, { at: ledger.now(), ...said, received, duplicates, conflicts, invalid })
  }

  async function stream(req: Request, res: Response, sender: { sourceId: string; keyId: string }) {
    await bySource(req, res)
    if (streams >= limits.maxStreams) throw crowded()
    streams++
    try {
      withoutDeadline(req)
      const ingest = await openIngest(pipeline, inbox, sender)
      res.setHeader('closeback-ingest', String(ingest.id))
      res.writeHead(202, { 'content-type': 'application/x-ndjson' })
      // The sender learns the id before it has said anything.
      res.flushHeaders()
      const { state, error } = await streamLines(req, res, ingest, {
        idleMs: limits.streamIdleTimeout,
        stopping: host.stopping,
        permitted: async () => {
          await authenticateSender(ledger.db, req, res, sender.sourceId)
        },
        committed: host.jobs.wake,
      })
      const facts = { source: sender.sourceId, ingest: ingest.id, ...ingest.progress, state }
      if (state === 'failed') pipeline.log.error({ ...facts, ...factsOf(error) }, 'ingest_failed')
      else pipeline.log.info(facts, 'ingest_ended')
    } finally {
      streams--
    }
  }
}

function noteRefusal(host: Host, sourceId: string, began: number, error: unknown): void {
  const { status, detail, errors = [] } = problemOf(error)
  const nothing = { received: 0, duplicates: 0, conflicts: 0, invalid: 0 }
  const at = host.closeback.ledger.now()
  host.requests.add(sourceId, {
    at,
    status,
    tookMs: performance.now() - began,
    problem: detail,
    errors,
    ...nothing,
  })
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
    ...(req.params.below !== undefined && { below: String(req.params.below) }),
  }
}

/** A body of lines as a stream takes it; what is wrong with it otherwise, the adapter says. */
function isLines({ headers }: Request): boolean {
  const encoding = headers['content-encoding']?.trim().toLowerCase() ?? ''
  return (
    (encoding === '' || encoding === 'identity') &&
    /^\s*application\/x-ndjson\s*(;\s*charset\s*=\s*"?utf-?8"?\s*)?$/i.test(headers['content-type'] ?? '')
  )
}

/** Nobody was proven to have sent it. */
function isUnproven(error: unknown): boolean {
  if (error instanceof SignatureError) return true
  return error instanceof ClosebackError && (error.code === 'unauthorized' || error.code === 'forbidden')
}

function unknownSource(): ClosebackError {
  return new ClosebackError('not_found', 'There is no source of this name at this address.', {
    remedy: 'Check the address: /hooks/<adapter>/<source id>, both as in the workspace.',
  })
}

function crowded(): ClosebackError {
  return new ClosebackError('unavailable', 'Too many streams are open at once.', {
    remedy: 'End one, or send again later.',
  })
}
