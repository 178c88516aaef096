import { describe, expect, it } from 'vitest'
import { networkFailure } from '../../../core/tiktok/network-failure.ts'

const coded = (code: string, message = 'x') => Object.assign(new Error(message), { code })
const thrown = (cause: unknown) => new TypeError('fetch failed', { cause })

describe('networkFailure', () => {
  it.each([
    ['ENOTFOUND', 'dns'],
    ['EAI_AGAIN', 'dns'],
    ['ECONNREFUSED', 'refused'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'tls'],
    ['CERT_HAS_EXPIRED', 'tls'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'tls'],
    ['UND_ERR_CONNECT_TIMEOUT', 'timeout'],
    ['ETIMEDOUT', 'timeout'],
    ['ECONNRESET', 'reset'],
    ['EPIPE', 'reset'],
    ['UND_ERR_SOCKET', 'reset'],
    ['EHOSTUNREACH', 'network'],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'network'],
    ['ERR_SSL_DECRYPTION_FAILED_OR_BAD_RECORD_MAC', 'network'],
  ])('%s is %s', (code, failure) => {
    expect(networkFailure(thrown(coded(code)))).toEqual({ failure, code })
  })

  it('takes any failed look-up for dns', () => {
    const error = Object.assign(coded('EAI_FAIL'), { syscall: 'getaddrinfo' })
    expect(networkFailure(thrown(error)).failure).toBe('dns')
  })

  it('is proof over several addresses only when each of them proves it', () => {
    const all = (...codes: string[]) =>
      networkFailure(thrown(new AggregateError(codes.map((code) => coded(code)))))
    expect(all('ECONNREFUSED', 'ECONNREFUSED').failure).toBe('refused')
    expect(all('ECONNREFUSED', 'ETIMEDOUT')).toEqual({ failure: 'network', code: 'ECONNREFUSED,ETIMEDOUT' })
  })

  it.each([[new Error('x')], ['text'], [null], [undefined], [new AggregateError([])]])(
    'proves nothing about what it does not know: %s',
    (error) => {
      expect(networkFailure(error).failure).toBe('network')
    },
  )

  it('ends on errors that cause themselves', () => {
    const error = new Error('x')
    error.cause = error
    expect(networkFailure(error).failure).toBe('network')
  })
})
