import { describe, expect, it } from 'vitest'
import { failureOf, mayRetry, RequestTimeout, toError } from '../../../adapters/hubspot/failure.ts'

const answer = (code: number, body: unknown = {}, headers: Record<string, string> = {}) =>
  Object.assign(new Error(`Body: ${JSON.stringify(body)}`), { code, body, headers })
const limited = (policyName: string, message: string) =>
  answer(429, { status: 'error', message, errorType: 'RATE_LIMIT', policyName })

describe('what an answer of HubSpot means', () => {
  it.each([
    ['the daily limit', limited('DAILY', 'You have reached your daily limit.'), 'daily', false, null],
    [
      'a burst',
      limited('TEN_SECONDLY_ROLLING', 'You have reached your ten_secondly_rolling limit.'),
      'burst',
      true,
      10_000,
    ],
    ['searches too fast', limited('SECONDLY', 'You have reached your secondly limit.'), 'search', true, 1000],
    ['a 429 as a page', answer(429, '<html>slow down</html>'), 'burst', true, 10_000],
    [
      'Retry-After',
      answer(429, { policyName: 'TEN_SECONDLY_ROLLING' }, { 'retry-after': '3' }),
      'burst',
      true,
      3000,
    ],
    ['a lock', answer(423), 'locked', true, 2000],
    ['a migration', answer(477, {}, { 'retry-after': '86400' }), 'migrating', false, 86_400_000],
    ['a page with 502', answer(502, '<html>Bad gateway</html>'), 'server', true, null],
    ['an expired token', answer(401, { category: 'EXPIRED_AUTHENTICATION' }), 'token', false, null],
    ['a scope that is missing', answer(403, { category: 'MISSING_SCOPES' }), 'scopes', false, null],
    ['a bad request', answer(400, { category: 'VALIDATION_ERROR' }), 'refused', false, null],
    ['no answer in time', new RequestTimeout(), 'timeout', true, null],
    [
      'no connection',
      Object.assign(new TypeError('fetch failed'), { cause: { code: 'ECONNREFUSED' } }),
      'network',
      true,
      null,
    ],
  ])('%s', (_, thrown, kind, again, waitMs) => {
    const failure = failureOf(thrown)
    expect(failure).toMatchObject({ kind, waitMs })
    expect(mayRetry(failure)).toBe(again)
    expect(toError(failure, 'reading deals').remedy).toMatch(/\w.*\.$/)
  })

  it('names the scopes that are missing', () => {
    const errors = [{ context: { requiredGranularScopes: ['crm.objects.deals.read'] } }]
    expect(toError(failureOf(answer(403, { errors })), 'reading deals').remedy).toContain(
      'crm.objects.deals.read',
    )
  })

  it('repeats nothing personal, no header and no stack', () => {
    const body = { message: 'Contact ada@example.com already exists', correlationId: 'c-1' }
    const error = toError(
      failureOf(answer(409, body, { authorization: 'Bearer pat-secret' })),
      'reading contacts',
    )
    expect(`${error.message} ${error.remedy}`).not.toMatch(/ada@|pat-secret|Bearer/)
    expect(error.message).toContain('c-1')
  })

  it.each([
    null,
    7,
    'x',
    {},
    { code: 'x' },
    { code: 500, headers: {} },
    { code: 429, body: null, headers: {} },
  ])('meets %j with a failure', (thrown) => {
    expect(failureOf(thrown).message).toMatch(/HubSpot/)
  })
})
