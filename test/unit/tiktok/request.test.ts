import http from 'node:http'
import net, { type AddressInfo } from 'node:net'
import tls from 'node:tls'
import { gzipSync } from 'node:zlib'
import { afterEach, describe, expect, it } from 'vitest'
import type { Answer } from '../../../core/tiktok/answer.ts'
import { trackEvents } from '../../../core/tiktok/events.ts'
import { type Call, createTikTok } from '../../../core/tiktok/request.ts'
import { SELF_SIGNED } from './self-signed.ts'

const OK = '{"code":0,"message":"OK","request_id":"2026","data":{}}'
const running: { close(): unknown; sockets: Set<net.Socket> }[] = []

async function listen(server: net.Server, scheme = 'http'): Promise<string> {
  const sockets = new Set<net.Socket>()
  server.on('connection', (socket: net.Socket) => {
    sockets.add(socket)
    socket.on('error', () => {}).on('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  running.push({ close: () => server.close(), sockets })
  return `${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}`
}

afterEach(() => {
  for (const { close, sockets } of running.splice(0)) {
    close()
    for (const socket of sockets) socket.destroy()
  }
})

const CALL: Call = { method: 'POST', path: '/event/track/', token: 'tok-12345', body: '{}' }

function ask(origin: string, options: { timeoutMs?: number; maxAnswerBytes?: number } = {}, call = CALL) {
  return createTikTok({ origin, fetch: globalThis.fetch, ...options }).request(call)
}

async function answered(respond: http.RequestListener, call = CALL): Promise<Answer> {
  return ask(await listen(http.createServer(respond)), {}, call)
}

/** Answers every connection with these bytes, whatever it says, then does `after`. */
function raw(bytes: string, after: (socket: net.Socket) => void): net.Server {
  return net.createServer((socket) => {
    socket.once('data', () => socket.write(bytes, () => after(socket)))
  })
}

describe('what goes out', () => {
  it('sends the token without Bearer, as JSON, to the versioned path with its slash', async () => {
    let seen: { url: string | undefined; headers: http.IncomingHttpHeaders; body: string } | undefined
    const origin = await listen(
      http.createServer((request, response) => {
        let body = ''
        request.on('data', (chunk) => {
          body += chunk
        })
        request.on('end', () => {
          seen = { url: request.url, headers: request.headers, body }
          response.end(OK)
        })
      }),
    )
    const tiktok = createTikTok({ origin: `${origin}/`, fetch: globalThis.fetch })
    const answer = await trackEvents(tiktok, { token: 'tok-12345', body: '{"data":[]}' })
    expect(answer.kind).toBe('envelope')
    expect(seen?.url).toBe('/open_api/v1.3/event/track/')
    expect(seen?.headers['access-token']).toBe('tok-12345')
    expect(seen?.headers.authorization).toBeUndefined()
    expect(seen?.headers['content-type']).toBe('application/json')
    expect(seen?.body).toBe('{"data":[]}')
  })

  it('writes arrays and objects of a query as JSON text', async () => {
    let url = ''
    await answered(
      (request, response) => {
        url = request.url ?? ''
        response.end(OK)
      },
      {
        method: 'GET',
        path: '/advertiser/info/',
        query: { advertiser_ids: ['70001'], page: 1, filtering: { status: 'A&B' } },
      },
    )
    const query = new URL(url, 'http://x').searchParams
    expect(query.get('advertiser_ids')).toBe('["70001"]')
    expect(query.get('page')).toBe('1')
    expect(query.get('filtering')).toBe('{"status":"A&B"}')
  })

  it.each(['', 'two words', 'line\nbreak', 'ключ'])(
    'does not send a token that is no header: %j',
    async (token) => {
      let requests = 0
      const answer = await answered(
        (_request, response) => {
          requests++
          response.end(OK)
        },
        { ...CALL, token },
      )
      expect(answer).toMatchObject({ kind: 'none', failure: 'token' })
      expect(requests).toBe(0)
    },
  )
})

describe('TikTok’s envelope', () => {
  it('is read with its code, request id, content and TikTok’s clock', async () => {
    const answer = await answered((_request, response) => {
      response.setHeader('Date', 'Fri, 20 Nov 2026 10:00:00 GMT')
      response.setHeader('X-TT-Ads-Throttle', 'page_size')
      response.end('{"code":40002,"message":"no","request_id":"2026AB","data":{"a":1}}')
    })
    expect(answer).toEqual({
      kind: 'envelope',
      status: 200,
      code: 40002,
      message: 'no',
      requestId: '2026AB',
      content: { a: 1 },
      date: Date.UTC(2026, 10, 20, 10),
      throttle: 'page_size',
    })
  })

  it('counts whatever the HTTP status, and with numbers for ids', async () => {
    const answer = await answered((_request, response) => {
      response.writeHead(503)
      response.end(
        '{"code":50000,"message":"busy","request_id":20261120100000000001,"data":{"id":7000000000000000001}}',
      )
    })
    expect(answer).toMatchObject({
      kind: 'envelope',
      status: 503,
      code: 50000,
      requestId: '20261120100000000001',
    })
    expect(answer).toMatchObject({ content: { id: '7000000000000000001' } })
  })

  it('has no clock when the Date header is no date', async () => {
    const answer = await answered((_request, response) => {
      response.setHeader('Date', 'soon')
      response.end(OK)
    })
    expect(answer).toMatchObject({ kind: 'envelope', date: null })
  })

  it('never repeats the token, the app secret or a person', async () => {
    const answer = await answered(
      (_request, response) =>
        response.end(
          JSON.stringify({ code: 40002, message: 'bad tok-12345 s3cr3t-value for ada@example.com' }),
        ),
      { ...CALL, query: { app_id: '1', secret: 's3cr3t-value' } },
    )
    expect(JSON.stringify(answer)).not.toMatch(/tok-12345|s3cr3t-value|ada@example/)
  })
})

const HTML = '<html><body>502 Bad Gateway</body></html>'

describe('answers that are not TikTok’s', () => {
  it.each<[string, number, string, string]>([
    ['a page with 200', 200, HTML, 'not_json'],
    ['cut JSON with 200', 200, OK.slice(0, 20), 'not_json'],
    ['nothing with 200', 200, '', 'empty'],
    ['other JSON with 200', 200, '{"ok":true}', 'not_envelope'],
    ['a JSON list with 200', 200, '[1]', 'not_envelope'],
    ['a code that is text', 200, '{"code":"0","message":"OK"}', 'not_envelope'],
    ['a page with 502', 502, HTML, 'http'],
    ['nothing with 504', 504, '', 'http'],
    ['other JSON with 401', 401, '{"error":"no"}', 'http'],
  ])('%s', async (_name, status, body, failure) => {
    const answer = await answered((_request, response) => {
      response.writeHead(status)
      response.end(body)
    })
    expect(answer).toMatchObject({ kind: 'none', failure, status })
  })

  it('does not follow a redirect', async () => {
    let requests = 0
    const answer = await answered((_request, response) => {
      requests++
      response.writeHead(307, { location: '/open_api/v1.3/elsewhere/' })
      response.end(OK)
    })
    expect(answer).toMatchObject({ kind: 'none', failure: 'redirect', status: 307 })
    expect(requests).toBe(1)
  })

  it('stops reading a body of 10 MB', async () => {
    const answer = await answered((_request, response) => response.end('x'.repeat(10_000_000)))
    expect(answer).toMatchObject({ kind: 'none', failure: 'too_large', status: 200 })
  })

  it('counts the bytes after decompression', async () => {
    const answer = await answered((_request, response) => {
      response.setHeader('content-encoding', 'gzip')
      response.end(gzipSync(Buffer.alloc(5_000_000, 32)))
    })
    expect(answer).toMatchObject({ kind: 'none', failure: 'too_large' })
  })
})

describe('failures that prove nothing was sent', () => {
  it('a name that does not resolve', async () => {
    expect(await ask('http://closeback.invalid')).toMatchObject({ failure: 'dns', status: null })
  })

  it('a refused connection', async () => {
    const server = net.createServer()
    const origin = await listen(server)
    await new Promise((resolve) => server.close(resolve))
    expect(await ask(origin)).toMatchObject({ failure: 'refused', status: null })
  })

  it('a certificate that nobody vouches for, before a byte of the request', async () => {
    let received = 0
    const server = tls.createServer(SELF_SIGNED, (socket) => {
      socket
        .on('error', () => {})
        .on('data', (chunk) => {
          received += chunk.length
        })
    })
    server.on('tlsClientError', () => {})
    expect(await ask(await listen(server, 'https'))).toMatchObject({ failure: 'tls', status: null })
    expect(received).toBe(0)
  })

  it('a peer that hangs up during the handshake', async () => {
    const server = net.createServer((socket) => socket.once('data', () => socket.end()))
    expect(await ask(await listen(server, 'https'))).toMatchObject({ failure: 'tls', status: null })
  })
})

describe('failures that leave open whether TikTok has it', () => {
  it('a reset instead of an answer', async () => {
    const server = net.createServer((socket) => socket.once('data', () => socket.resetAndDestroy()))
    expect(await ask(await listen(server))).toMatchObject({ failure: 'reset', status: null })
  })

  it('a connection closed instead of an answer', async () => {
    const server = net.createServer((socket) => socket.once('data', () => socket.end()))
    expect(await ask(await listen(server))).toMatchObject({ failure: 'reset', status: null })
  })

  it('a reset in mid-answer', async () => {
    const head = `HTTP/1.1 200 OK\r\nContent-Length: ${OK.length}\r\n\r\n${OK.slice(0, 10)}`
    const server = raw(head, (socket) => setImmediate(() => socket.resetAndDestroy()))
    expect(await ask(await listen(server))).toMatchObject({ kind: 'none', failure: 'reset' })
  })

  it.each([
    ['a length', `HTTP/1.1 200 OK\r\nContent-Length: ${OK.length}\r\n\r\n${OK.slice(0, 30)}`],
    ['chunks', `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1e\r\n${OK.slice(0, 30)}\r\n`],
  ])('an answer cut short of its %s', async (_name, bytes) => {
    const server = raw(bytes, (socket) => socket.end())
    expect(await ask(await listen(server))).toMatchObject({ kind: 'none', failure: 'reset', status: 200 })
  })

  it('an answer that is not HTTP', async () => {
    const server = raw('SSH-2.0-x\r\n', (socket) => socket.end())
    expect(await ask(await listen(server))).toMatchObject({ kind: 'none', failure: 'network', status: null })
  })

  it('plain HTTP where TLS is expected', async () => {
    const server = raw('HTTP/1.1 400 Bad Request\r\n\r\n', (socket) => socket.end())
    expect(await ask(await listen(server, 'https'))).toMatchObject({ kind: 'none', failure: 'network' })
  })

  it('no answer within the total time', async () => {
    const server = net.createServer(() => {})
    expect(await ask(await listen(server), { timeoutMs: 100 })).toMatchObject({
      failure: 'timeout',
      status: null,
    })
  })

  it('a handshake that never ends', async () => {
    const server = net.createServer(() => {})
    expect(await ask(await listen(server, 'https'), { timeoutMs: 100 })).toMatchObject({ failure: 'timeout' })
  })

  it('one byte every 200 ms, which never lets the connection idle', async () => {
    const server = raw(`HTTP/1.1 200 OK\r\nContent-Length: ${OK.length}\r\n\r\n`, (socket) => {
      let at = 0
      const drip = setInterval(() => socket.write(OK[at++] ?? ' '), 200)
      socket.on('close', () => clearInterval(drip))
    })
    const answer = await ask(await listen(server), { timeoutMs: 700 })
    expect(answer).toMatchObject({ kind: 'none', failure: 'timeout', status: 200 })
  })
})
