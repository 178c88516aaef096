import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readMessage } from '../../../adapters/salesforce/outbound/read-message.ts'
import { isToken } from '../../../adapters/salesforce/outbound/token.ts'
import { ClosebackError } from '../../../core/model/errors.ts'
import { notification, outboundMessage } from './outbound.ts'

const read = (text: string) => readMessage(Buffer.from(text))
const refused = (text: string) => {
  try {
    read(text)
  } catch (error) {
    expect(error).toBeInstanceOf(ClosebackError)
    expect((error as ClosebackError).remedy).toMatch(/\.$/)
    return (error as ClosebackError).code
  }
  return 'taken'
}

describe('an outbound message', () => {
  it('is read by its namespaces, whatever its prefixes are called', () => {
    const message = outboundMessage([notification('04lxx0000000001', '006xx0000000001')])
    const expected = {
      organizationId: '00Dxx0000001gEREAY',
      notifications: [
        { ok: true, id: '04lxx0000000001AAA', record: { type: 'opportunity', id: '006xx0000000001AAA' } },
      ],
    }
    expect(read(message)).toEqual(expected)
    expect(read(message.replaceAll('soapenv', 'S').replaceAll('sf:', 'q:').replaceAll(':sf', ':q'))).toEqual(
      expected,
    )
    expect(read(`\ufeff${message}`)).toEqual(expected)
  })

  it('keeps ids exact that look like numbers', () => {
    const { notifications } = read(outboundMessage([notification('04l0000000001e5', '0060000000001e5')]))
    expect(notifications).toEqual([
      { ok: true, id: '04l0000000001e5AAA', record: { type: 'opportunity', id: '0060000000001e5AAA' } },
    ])
  })

  it('may hold a hundred notifications, and one of a record that was deleted meanwhile', () => {
    const hundred = Array.from({ length: 100 }, (_, at) =>
      notification(`04l${String(at).padStart(12, '0')}`, `00Q${String(at).padStart(12, '0')}`),
    )
    expect(read(outboundMessage(hundred)).notifications).toHaveLength(100)
    expect(refused(outboundMessage([...hundred, notification('04l000000000100', '00Q000000000100')]))).toBe(
      'too_large',
    )
    const empty = '<Notification><Id>04lxx0000000001AAA</Id></Notification>'
    expect(read(outboundMessage([empty])).notifications).toEqual([
      { ok: true, id: '04lxx0000000001AAA', record: null },
    ])
  })

  it('names what is wrong with a notification and keeps the others', () => {
    const { notifications } = read(
      outboundMessage([
        notification('04lxx0000000001', '003xx0000000001'),
        notification('04lxx0000000002', 'nonsense'),
        notification('04lxx0000000003', '006xx0000000003'),
      ]),
    )
    expect(notifications.map(({ ok }) => ok)).toEqual([false, false, true])
  })

  const valid = outboundMessage([notification('04lxx0000000001', '006xx0000000001')])
  const body = valid.replace(/^<\?xml.*?\?>/, '')

  it.each([
    ['a document type', `<!DOCTYPE a>${body}`],
    [
      'a document type after a comment',
      `<!-- x --><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>${body}`,
    ],
    ['an entity that grows', `<!DOCTYPE l [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]><l>&b;</l>`],
    ['a bare entity declaration', `<!ENTITY a "b">${body}`],
    ['20,000 nested elements', `${'<a>'.repeat(20_000)}${'</a>'.repeat(20_000)}`],
    ['20,000 elements that never end', '<a>'.repeat(20_000)],
    ['20,000 opening brackets', '<'.repeat(20_000)],
    ['an attribute full of brackets', `<a b="${'<x>'.repeat(5000)}"/>`],
    ['a million ampersands', `<a>${'&amp;'.repeat(100_000)}</a>`],
    ['no XML', '{"a":1}'],
    ['nothing', ''],
    ['half a message', valid.slice(0, 400)],
    ['two roots', `${body}${body}`],
    ['another namespace', valid.replaceAll('2005/09/outbound', '2005/09/inbound')],
    ['no organisation', valid.replace(/<OrganizationId>.*<\/OrganizationId>/, '')],
    ['a prototype', '<__proto__><constructor/></__proto__>'],
  ])('is refused when it is %s', (_, text) => {
    expect(refused(text)).toBe('invalid')
  })

  it('is refused when it is larger than 2 MB or not UTF-8', () => {
    expect(refused(valid.replace('</soapenv:Body>', `${' '.repeat(2_000_001)}</soapenv:Body>`))).toBe(
      'too_large',
    )
    expect(() => readMessage(Buffer.from([0x3c, 0xff, 0xfe]))).toThrow('not valid UTF-8')
  })

  it('never crashes on damage of any kind', () => {
    fc.assert(
      fc.property(
        fc.nat(valid.length),
        fc.string({ unit: 'binary', maxLength: 12 }),
        fc.nat(20),
        (at, junk, cut) => {
          const damaged = valid.slice(0, at) + junk + valid.slice(at + cut)
          expect(['taken', 'invalid', 'too_large']).toContain(refused(damaged))
        },
      ),
    )
  })
})

describe('the token in the address', () => {
  it('is one of those that are set, to the last character', () => {
    const [a, b] = ['a'.repeat(32), 'b'.repeat(32)]
    expect(isToken(a, [a, b])).toBe(true)
    expect(isToken(b, [a, b])).toBe(true)
    for (const other of ['', a.slice(1), `${a}a`, a.toUpperCase(), `${a}\u0000`])
      expect(isToken(other, [a, b])).toBe(false)
    expect(isToken('', [])).toBe(false)
  })
})
