import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PERMISSIONS } from '../../../server/auth/permissions.ts'
import { rawConnection, statusOf } from './raw.ts'
import { type Rig, signed, startRig } from './rig.ts'

const ROUTES = Object.keys(PERMISSIONS)
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS']
const RUNS = process.env.CLOSEBACK_LONG ? 3000 : 300

/** Texts that broke servers before, among any others. */
const oddText = fc.oneof(
  fc.constantFrom(
    '',
    '.',
    '..',
    '%',
    '%00',
    '%E0%A4%A',
    '__proto__',
    'constructor',
    '1e999',
    '-1',
    '0',
    '9'.repeat(30),
  ),
  fc.constantFrom(
    "'; drop table deliveries; --",
    '\u0000',
    '\ud800',
    '🂡',
    'true',
    'null',
    '[object Object]',
    ':',
    'deal:',
    '*',
  ),
  fc.string({ unit: 'binary', maxLength: 40 }),
)
const oddSegment = oddText.map((text) => {
  try {
    return encodeURIComponent(text)
  } catch {
    return '%FF'
  }
})
const oddBody = fc.oneof(
  fc.json({ maxDepth: 4 }),
  fc
    .record(
      { ids: fc.anything(), to: fc.anything(), role: oddText, now: fc.anything() },
      { requiredKeys: [] },
    )
    .map((said) => JSON.stringify(said) ?? ''),
  fc.constantFrom(
    '',
    '{',
    'nul',
    '[]',
    '"x"',
    '{"ids":[1e999]}',
    '{"__proto__":{"role":"owner"}}',
    'version: 1\nrules: &a [*a]',
  ),
  fc.string({ unit: 'binary', maxLength: 200 }),
)
const request = fc.record({
  route: fc.constantFrom(...ROUTES),
  method: fc.option(fc.constantFrom(...METHODS), { nil: null }),
  segment: fc.oneof(oddSegment, fc.constantFrom('shop-crm', 'us-brand', '1')),
  query: fc.array(
    fc.tuple(fc.constantFrom('state', 'limit', 'before', 'dryRun', 'prune', 'x', 'source'), oddSegment),
    { maxLength: 3 },
  ),
  body: oddBody,
  headers: fc.dictionary(
    fc.constantFrom(
      'content-type',
      'if-match',
      'if-none-match',
      'x-forwarded-for',
      'webhook-id',
      'range',
      'accept',
      'x-http-method-override',
      'expect',
    ),
    fc.constantFrom(
      'application/json',
      'application/yaml',
      '"1"',
      '*',
      'W/"x"',
      '\x7f',
      'bytes=0-',
      'text/html',
      'DELETE',
    ),
  ),
})

type Said = typeof request extends fc.Arbitrary<infer T> ? T : never

describe('any request at all', () => {
  let rig: Rig
  let owner = ''
  beforeAll(async () => {
    rig = await startRig()
    owner = await rig.key('owner')
  })
  afterAll(() => rig.end())

  const send = ({ route, method, segment, query, body, headers }: Said, authorization: string | null) => {
    const [verb = '', path = ''] = route.split(' ')
    const search = query.map(([name, value]) => `${name}=${value}`).join('&')
    const used = method ?? verb
    return fetch(`${rig.url}${path.replaceAll(/\{\w+\}/g, segment)}${search === '' ? '' : `?${search}`}`, {
      method: used,
      headers: { ...signed(body), ...safe(headers), ...(authorization && { authorization }) },
      redirect: 'manual',
      ...(used === 'GET' || used === 'HEAD' ? {} : { body }),
    })
  }
  const safe = (headers: Record<string, string>) =>
    Object.fromEntries(
      Object.entries(headers).filter(([name, value]) => name !== 'expect' && !value.includes('\x7f')),
    )

  it('is answered, never with a 500 and never with a stack', async () => {
    await fc.assert(
      fc.asyncProperty(request, async (said) => {
        const answer = await send(said, `Bearer ${owner}`)
        const text = await answer.text()
        expect(answer.status).not.toBe(500)
        expect(text).not.toMatch(/\bat .*\.(ts|js):\d+/)
      }),
      { numRuns: RUNS },
    )
    const failed = rig.logged.filter(
      (line) => line.includes('"request_failed"') && line.includes('"status":500'),
    )
    expect(failed).toEqual([])
  })

  it('changes nothing without a key or a signature', async () => {
    const { ledger, store } = rig.closeback
    const before = await fingerprint()
    await fc.assert(
      fc.asyncProperty(request, async (said) => {
        const wrong: Said = { ...said, headers: { ...said.headers, 'webhook-id': '*' } }
        const answer = await send(wrong, null)
        await answer.arrayBuffer()
        expect(answer.status).not.toBe(500)
      }),
      { numRuns: RUNS },
    )
    expect(await fingerprint()).toEqual(before)

    async function fingerprint() {
      const tables = [
        'inbox',
        'conflicts',
        'deliveries',
        'journal',
        'api_keys',
        'connections',
        'workspace',
      ] as const
      const counts = []
      for (const table of tables) {
        const { n } = await ledger.db
          .selectFrom(table)
          .select((e) => e.fn.countAll<number>().as('n'))
          .executeTakeFirstOrThrow()
        counts.push([table, n])
      }
      return { counts, revision: store.current.revision }
    }
  })

  it('that is no HTTP at all gets a 400 and does not end the host', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 300 }), async (bytes) => {
        const { socket, closed } = await rawConnection(rig.url)
        socket.on('error', () => {})
        socket.end(Buffer.concat([Buffer.from(bytes), Buffer.from('\r\n\r\n')]))
        expect([0, 400, 431]).toContain(statusOf(await closed))
      }),
      { numRuns: 50 },
    )
    expect((await fetch(`${rig.url}/healthz`)).status).toBe(200)
  })
})
