import { describe, expect, it } from 'vitest'
import { SignatureError } from '../../../core/adapter.ts'
import { ClosebackError, type ErrorCode } from '../../../core/model/errors.ts'
import { ProblemShape } from '../../../server/openapi/shapes.ts'
import { problemOf } from '../../../server/problem.ts'

describe('a problem', () => {
  it.each<[ErrorCode, number]>([
    ['invalid', 400],
    ['unauthorized', 401],
    ['forbidden', 403],
    ['not_found', 404],
    ['conflict', 409],
    ['too_large', 413],
    ['unsupported', 415],
    ['unavailable', 503],
  ])('%s is a %d, in our own words', (code, status) => {
    const issues = [{ path: 'a', message: 'is wrong' }]
    const said = problemOf(new ClosebackError(code, 'What happened.', { remedy: 'Do this.', issues }))
    expect(said).toMatchObject({ status, code, detail: 'What happened.', remedy: 'Do this.', errors: issues })
    expect(ProblemShape.parse(said)).toEqual(said)
  })

  it('is a 401 when the signature is not right', () => {
    expect(problemOf(new SignatureError('webhook-id is missing'))).toMatchObject({
      status: 401,
      code: 'unauthorized',
      detail: 'webhook-id is missing',
    })
  })

  it.each([
    ['a crash', new TypeError('cannot read "ada@example.com"')],
    ['no error at all', 'ada@example.com'],
    ['our own configuration', new ClosebackError('config', '/home/ada is not there', { remedy: 'r' })],
  ])('tells nothing of %s', (_what, error) => {
    const said = problemOf(error)
    expect(said).toMatchObject({ status: 500, code: 'internal' })
    expect(JSON.stringify(said)).not.toContain('ada')
  })
})
