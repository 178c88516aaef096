import { generateKeyPairSync, verify } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { allowance } from '../../../adapters/salesforce/client/allowance.ts'
import { openClient } from '../../../adapters/salesforce/client/client.ts'
import { SalesforceError } from '../../../adapters/salesforce/client/salesforce-error.ts'
import { semaphore } from '../../../adapters/salesforce/client/semaphore.ts'
import { ClosebackError } from '../../../core/model/errors.ts'
import { type Answer, credentials, fakeContext, token } from './fake-org.ts'

const TOKEN = '/services/oauth2/token'
const LIMITS = '/services/data/v67.0/limits'
const EXPIRED: Answer = {
  status: 401,
  body: [{ message: 'Session expired or invalid', errorCode: 'INVALID_SESSION_ID' }],
  headers: { 'sforce-limit-info': 'api-usage=18/5000' },
}

async function failure(outcome: Promise<unknown>): Promise<SalesforceError> {
  const error = await outcome.then(
    () => null,
    (reason: unknown) => reason,
  )
  if (!(error instanceof SalesforceError)) expect.fail(`expected a SalesforceError, got ${String(error)}`)
  expect(error.remedy).toMatch(/\.$/)
  return error
}

describe('a session', () => {
  it('is asked for once, kept sealed, and used again', async () => {
    const kept = credentials()
    const org = (url: URL) => (url.pathname === TOKEN ? token('one') : { body: { ok: true } })
    const first = fakeContext(org, { credentials: kept })
    await (await openClient(() => first.ctx)).get('/limits', 'asking')
    const second = fakeContext(org, { credentials: kept })
    const client = await openClient(() => second.ctx)
    expect(await client.get('/limits', 'asking')).toEqual({ ok: true })
    expect(client.organizationId).toBe('00Dxx0000001gEREAY')
    expect(first.asked).toEqual([TOKEN, LIMITS])
    expect(second.asked).toEqual([LIMITS])
  })

  it('that ran out is renewed once for all calls at the same time', async () => {
    let tokens = 0
    const { ctx, asked } = fakeContext((url, _, { Authorization }) => {
      if (url.pathname === TOKEN) return token(`t${++tokens}`)
      return Authorization === 'Bearer t2' ? { body: { ok: true } } : EXPIRED
    })
    const client = await openClient(() => ctx)
    const answers = await Promise.all(Array.from({ length: 20 }, () => client.get('/limits', 'asking')))
    expect(answers).toHaveLength(20)
    expect(tokens).toBe(2)
    expect(asked.length).toBeLessThan(2 + 20 + 8)
  })

  it('that is refused however fresh it is ends the call instead of asking for ever', async () => {
    let tokens = 0
    const { ctx, asked } = fakeContext((url) => (url.pathname === TOKEN ? token(`t${++tokens}`) : EXPIRED))
    const client = await openClient(() => ctx)
    const error = await failure(client.get('/limits', 'asking'))
    expect(error).toMatchObject({ kind: 'auth', errorCode: 'INVALID_SESSION_ID', code: 'config' })
    expect(tokens).toBe(3)
    expect(asked).toHaveLength(6)
  })

  it('may run out all the time, as long as the API takes each', async () => {
    let tokens = 0
    let calls = 0
    const { ctx } = fakeContext((url) => {
      if (url.pathname === TOKEN) return token(`t${++tokens}`)
      return ++calls % 2 === 1 ? EXPIRED : { body: {}, headers: { 'sforce-limit-info': 'api-usage=1/5000' } }
    })
    const client = await openClient(() => ctx)
    for (let at = 0; at < 10; at++) await client.get('/limits', 'asking')
    expect(tokens).toBe(11)
  })

  it('of a rotating refresh token is renewed by one of two hosts, with the token that is kept', async () => {
    let valid = 'r1'
    let current = ''
    const used: string[] = []
    const org = (url: URL, body: URLSearchParams, { Authorization }: Record<string, string>): Answer => {
      if (url.pathname !== TOKEN)
        return Authorization === `Bearer ${current}` ? { body: { ok: true } } : EXPIRED
      const given = body.get('refresh_token') ?? ''
      used.push(given)
      if (given !== valid)
        return { status: 400, body: { error: 'invalid_grant', error_description: 'expired' } }
      valid = `r${used.length + 1}`
      current = `a${used.length}`
      return token(current, { refresh_token: valid })
    }
    const kept = credentials()
    const web = { settings: { auth: 'web' }, secrets: { refreshToken: ['r1'] }, credentials: kept }
    const hosts = [fakeContext(org, web), fakeContext(org, web)]
    const clients = await Promise.all(hosts.map(({ ctx }) => openClient(() => ctx)))
    for (let round = 0; round < 5; round++) {
      current = 'expired'
      await Promise.all(clients.flatMap((client) => [client.get('/limits', 'a'), client.get('/limits', 'b')]))
    }
    expect(used).toEqual(['r1', 'r2', 'r3', 'r4', 'r5', 'r6'])
  })

  it('is asked for anew when the credentials changed', async () => {
    const kept = credentials()
    const org = (url: URL) => (url.pathname === TOKEN ? token('one') : {})
    const before = fakeContext(org, { credentials: kept })
    await openClient(() => before.ctx)
    const after = fakeContext(org, { credentials: kept, secrets: { clientId: ['other'] } })
    await openClient(() => after.ctx)
    expect(after.asked).toEqual([TOKEN])
  })

  it('of a JWT log-in is asked for with a claim that the certificate verifies', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
    let claim = ''
    const { ctx } = fakeContext(
      (_, body) => {
        claim = body.get('assertion') ?? ''
        expect([...body.keys()]).toEqual(['grant_type', 'assertion'])
        return token('one')
      },
      {
        settings: { auth: 'jwt', username: 'it@acme.example', sandbox: true },
        secrets: { privateKey: [privateKey.export({ type: 'pkcs8', format: 'pem' })] },
      },
    )
    await openClient(() => ctx)
    const [head = '', body = '', signature = ''] = claim.split('.')
    expect(
      verify('RSA-SHA256', Buffer.from(`${head}.${body}`), publicKey, Buffer.from(signature, 'base64url')),
    ).toBe(true)
    expect(JSON.parse(Buffer.from(body, 'base64url').toString())).toEqual({
      iss: 'key',
      sub: 'it@acme.example',
      aud: 'https://test.salesforce.com',
      exp: 1_000_000_120,
    })
  })
})

describe('a failure', () => {
  const of = async (answer: Answer) => {
    const { ctx, asked } = fakeContext((url) => (url.pathname === TOKEN ? token('one') : answer))
    const client = await openClient(() => ctx, { waits: [0, 0] })
    return { error: await failure(client.get('/limits', 'asking')), calls: asked.length - 1 }
  }
  const said = (status: number, errorCode: string, message = 'x') => ({
    status,
    body: [{ errorCode, message }],
  })

  it.each([
    [said(403, 'REQUEST_LIMIT_EXCEEDED', 'TotalRequests Limit exceeded.'), 'quota', 1],
    [said(403, 'API_DISABLED_FOR_ORG'), 'config', 1],
    [said(400, 'INVALID_TYPE'), 'config', 1],
    [said(400, 'INVALID_QUERY_LOCATOR'), 'restart', 1],
    [said(400, 'QUERY_TIMEOUT'), 'transient', 1],
    [said(400, 'STRING_TOO_LONG'), 'config', 1],
    [said(503, 'SERVER_UNAVAILABLE'), 'transient', 3],
    [{ status: 503, body: '<html>closed</html>', headers: { 'content-type': 'text/html' } }, 'transient', 3],
    [
      {
        status: 503,
        body: '<html>maintenance</html>',
        headers: { 'content-type': 'text/html; charset=utf-8' },
      },
      'transient',
      3,
    ],
    [{ status: 200, body: '<html>log in</html>', headers: { 'content-type': 'text/html' } }, 'transient', 3],
    [{ status: 200, body: '{"records":[', headers: {} }, 'transient', 3],
    [{ status: 420, body: 'no' }, 'transient', 3],
    [Object.assign(new TypeError('fetch failed'), { cause: { code: 'UND_ERR_SOCKET' } }), 'transient', 3],
    [new DOMException('timeout', 'TimeoutError'), 'transient', 3],
  ] as [Answer, string, number][])(
    'is judged by its code and repeated only where that helps: %#',
    async (answer, kind, calls) => {
      const outcome = await of(answer)
      expect(outcome).toMatchObject({ error: { kind }, calls })
      expect(outcome.error.message).not.toMatch(/<|log in/)
    },
  )

  it('names a field that is missing or hidden, and no value', async () => {
    const text =
      "\nSELECT ttclid__c FROM Lead WHERE Email = 'ada@example.com'\n^\nERROR at Row:1:Column:8\nNo such column 'ttclid__c' on entity 'Lead'."
    const { error } = await of(said(400, 'INVALID_FIELD', text))
    expect(error.message).toContain('Lead.ttclid__c')
    expect(error.message + error.remedy).not.toContain('ada')
  })

  it.each([
    ['invalid_grant', /Authorise again/],
    ['invalid_client', /consumer key and secret/],
    ['invalid_client_id', /consumer key and secret/],
    ['inactive_user', /Activate/],
    ['unsupported_grant_type', /Enable the flow/],
  ])('of a log-in says what to do: %s', async (error, remedy) => {
    const { ctx } = fakeContext(() => ({ status: 400, body: { error, error_description: 'for people' } }))
    const refusal = await failure(openClient(() => ctx))
    expect(refusal).toMatchObject({ kind: 'auth', code: 'config', errorCode: error })
    expect(refusal.remedy).toMatch(remedy)
  })

  it('of incomplete credentials names everything that is missing', async () => {
    const { ctx } = fakeContext(() => new Error('nothing may be asked'), {
      settings: { auth: 'jwt' },
      secrets: { clientId: undefined, privateKey: ['nonsense'] },
    })
    const error = await openClient(() => ctx).catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(ClosebackError)
    expect((error as ClosebackError).issues.map(({ path }) => path)).toEqual([
      'secrets.clientId',
      'settings.username',
      'secrets.privateKey',
    ])
  })
})

describe('an answer', () => {
  it('never leads the session out of the org', async () => {
    const { ctx, asked } = fakeContext((url) => {
      if (url.pathname === TOKEN) return token('one')
      return { body: { done: false, records: [{}], nextRecordsUrl: 'https://evil.example/services/data' } }
    })
    const client = await openClient(() => ctx)
    const pages = Array.fromAsync(client.pages('SELECT Id FROM Lead', { of: 'Lead' }))
    expect(await failure(pages)).toMatchObject({ errorCode: 'NOT_A_PATH' })
    expect(asked).toHaveLength(2)
  })

  it('of the token endpoint that points to plain http is refused', async () => {
    const { ctx } = fakeContext(() => token('one', { instance_url: 'http://acme.my.salesforce.com' }))
    expect(await failure(openClient(() => ctx))).toMatchObject({ errorCode: 'NOT_A_TOKEN' })
  })

  it('tells the time by the clock of the server', async () => {
    const { ctx } = fakeContext(() => ({
      ...(token('one') as object),
      headers: { date: 'Sun, 09 Sep 2001 02:00:00 GMT' },
    }))
    const client = await openClient(() => ctx)
    expect(client.serverNow()).toBe(Date.parse('2001-09-09T02:00:00Z'))
  })
})

describe('the daily allowance', () => {
  it('is left alone at its reserve, and looked at again an hour later', () => {
    let now = 0
    const calls = allowance(0.2, () => now)
    calls.spend()
    calls.note('api-usage=769/1000')
    calls.spend()
    calls.note('api-usage=770/1000')
    expect(() => calls.spend()).toThrow(/left to others/)
    now += 3_600_000
    calls.spend()
    expect(() => calls.spend()).toThrow(/left to others/)
    calls.note('api-usage=10/1000')
    calls.spend()
    expect(calls.usage()).toEqual({ used: 10, limit: 1000 })
  })

  it('is not read from a header that says something else', () => {
    const calls = allowance(0.2, () => 0)
    for (const header of [undefined, '', 'api-usage=', 'nonsense']) calls.note(header)
    expect(calls.usage()).toBeNull()
  })
})

it('lets four calls run at a time and keeps their order', async () => {
  const gate = semaphore(4)
  let running = 0
  let most = 0
  const order: number[] = []
  await Promise.all(
    Array.from({ length: 20 }, (_, at) =>
      gate(async () => {
        most = Math.max(most, ++running)
        order.push(at)
        await Promise.resolve()
        running--
        if (at % 3 === 0) throw new Error('does not block the others')
      }).catch(() => undefined),
    ),
  )
  expect(most).toBe(4)
  expect(order).toEqual(Array.from({ length: 20 }, (_, at) => at))
})
