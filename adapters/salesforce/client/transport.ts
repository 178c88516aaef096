import { PassThrough } from 'node:stream'
import { Transport } from 'jsforce/lib/transport.js'
import type { HttpRequest, HttpRequestOptions, HttpResponse } from 'jsforce/lib/types/index.js'
import { StreamPromise } from 'jsforce/lib/util/promise.js'
import { CALL_MS } from '../constants.ts'

export interface TransportOptions {
  fetch: typeof globalThis.fetch
  /** Seen for every answer, refused ones too. Names of headers in lower case. */
  seen(url: string, status: number, headers: Record<string, string>): void
}

/**
 * What jsforce sends through, in place of its own. Three things differ: a redirect is an error (jsforce follows it and
 * hands the session to the other host), the time-out covers the body too (a reset or a stall in mid-body crashes the
 * process otherwise), and nothing is repeated here. Answers are held in memory: pages have at most 2,000 rows.
 */
export class BufferedTransport extends Transport {
  readonly #options: TransportOptions

  constructor(options: TransportOptions) {
    super()
    this.#options = options
  }

  override httpRequest(request: HttpRequest, options: HttpRequestOptions = {}): StreamPromise<HttpResponse> {
    const promise = this.#send(request, options.timeout ?? CALL_MS)
    return StreamPromise.create(() => ({ stream: new PassThrough(), promise }))
  }

  async #send({ url, method, headers = {}, body }: HttpRequest, ms: number): Promise<HttpResponse> {
    const response = await this.#options.fetch(url, {
      method,
      headers,
      redirect: 'error',
      signal: AbortSignal.timeout(ms),
      ...(typeof body === 'string' || Buffer.isBuffer(body) ? { body: body as string } : {}),
    })
    const said = Object.fromEntries(response.headers)
    this.#options.seen(url, response.status, said)
    return { statusCode: response.status, headers: said, body: await response.text() }
  }
}
