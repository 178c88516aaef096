import { Writable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { ClosebackError } from '../../../core/model/errors.ts'
import { createLog, factsOf } from '../../../server/log.ts'

function logTo(level: Parameters<typeof createLog>[0]) {
  const lines: string[] = []
  const log = createLog(
    level,
    new Writable({
      write(chunk, _encoding, done) {
        lines.push(String(chunk))
        done()
      },
    }),
  )
  return { log, lines }
}

describe('the log', () => {
  it('writes one JSON line an event, with its level and time', () => {
    const { log, lines } = logTo('info')
    log.warn({ connection: 'us-brand' }, 'lease_lost')
    expect(JSON.parse(lines[0] ?? '')).toEqual({
      level: 'warn',
      time: expect.stringMatching(/^\d{4}-.*Z$/),
      event: 'lease_lost',
      connection: 'us-brand',
    })
  })

  it('writes nothing below its level, and nothing at all when silent', () => {
    const some = logTo('warn')
    some.log.info({}, 'x')
    const none = logTo('silent')
    none.log.error({}, 'x')
    expect([...some.lines, ...none.lines]).toEqual([])
  })

  it('leaves out what must never be logged, also one level down', () => {
    const { log, lines } = logTo('debug')
    log.info({ token: 'T1', headers: { a: 'H1' }, source: { secret: 'S1', id: 'shop' }, body: 'B1' }, 'x')
    expect(lines[0]).not.toMatch(/T1|H1|S1|B1/)
    expect(lines[0]).toContain('shop')
  })
})

describe('the facts of an error', () => {
  it('keep our own message, and of any other only name, code and places', () => {
    const cause = Object.assign(new TypeError('invalid input "ada@example.com"'), {
      code: 'ERR_SQLITE_ERROR',
      errstr: 'database or disk is full',
    })
    const facts = factsOf(
      new ClosebackError('unavailable', 'It could not be stored.', { remedy: 'r', cause }),
    )
    expect(facts).toMatchObject({
      code: 'unavailable',
      error: 'It could not be stored.',
      cause: { error: 'TypeError', code: 'ERR_SQLITE_ERROR', errstr: 'database or disk is full' },
    })
    expect(JSON.stringify(facts)).toContain('log.test.ts')
    expect(JSON.stringify(facts)).not.toContain('ada@')
  })

  it('say only the type of what is no error', () => {
    expect(factsOf('ada@example.com')).toEqual({ error: 'string' })
  })
})
