import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canonicalJson, checkShape, type JsonValue } from '../../../core/model/json.ts'

const anyJson = fc.jsonValue({ maxDepth: 5 }).map((value) => value as JsonValue)

function reversed(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(reversed)
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, inner]) => [key, reversed(inner)]),
  )
}

describe('canonicalJson', () => {
  it('sorts keys by code unit at every level and writes no spaces', () => {
    expect(canonicalJson({ b: [{ z: 1, a: null }], a: true, B: 'x', é: 1, 10: 1, 9: 1 })).toBe(
      '{"10":1,"9":1,"B":"x","a":true,"b":[{"a":null,"z":1}],"é":1}',
    )
  })

  it.each<[JsonValue, string]>([
    [{}, '{}'],
    [[], '[]'],
    [[[]], '[[]]'],
    ['"\\\u0000\n\u2028', '"\\"\\\\\\u0000\\n\u2028"'],
    ['\ud83d\ude00', '"\ud83d\ude00"'],
    ['\ud83d', '"\\ud83d"'],
    [-0, '0'],
    [1e21, '1e+21'],
    [0.1, '0.1'],
    [JSON.parse('1e400') as number, '1e999'],
    [JSON.parse('-1e400') as number, '-1e999'],
    [{ 'a"b': 1 }, '{"a\\"b":1}'],
    [JSON.parse('{"__proto__":{"x":1},"a":2}') as JsonValue, '{"__proto__":{"x":1},"a":2}'],
  ])('writes %j as %s', (value, text) => {
    expect(canonicalJson(value)).toBe(text)
  })

  it('does not take a number past the range of a double for null', () => {
    expect(canonicalJson({ a: Number.POSITIVE_INFINITY })).not.toBe(canonicalJson({ a: null }))
  })

  it('is the same for every order of keys, and reads back as the same value', () => {
    fc.assert(
      fc.property(anyJson, (value) => {
        const text = canonicalJson(value)
        expect(canonicalJson(reversed(value))).toBe(text)
        expect(JSON.stringify(JSON.parse(text))).toBe(
          JSON.stringify(JSON.parse(canonicalJson(reversed(value)))),
        )
        expect(canonicalJson(JSON.parse(text) as JsonValue)).toBe(text)
      }),
    )
  })

  it('differs when the content differs', () => {
    fc.assert(
      fc.property(anyJson, anyJson, (a, b) => {
        const same = JSON.stringify(sortedCopy(a)) === JSON.stringify(sortedCopy(b))
        expect(canonicalJson(a) === canonicalJson(b)).toBe(same)
      }),
    )
  })

  it('keeps writing correctly past the number of key lists it remembers', () => {
    for (let at = 0; at < 3000; at++) {
      expect(canonicalJson({ [`z${at}`]: 1, a: 2 })).toBe(`{"a":2,"z${at}":1}`)
      expect(canonicalJson({ same: 1, [`k${at}`]: 2 })).toBe(`{"k${at}":2,"same":1}`)
    }
  })
})

/** The same content as nested lists, each marked as what it was: `{}` and `[]` are not the same. */
function sortedCopy(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return ['list', ...value.map(sortedCopy)]
  if (value === null || typeof value !== 'object') return value
  const entries = Object.keys(value).sort()
  return ['object', ...entries.map((key): JsonValue => [key, sortedCopy(value[key] as JsonValue)])]
}

describe('checkShape', () => {
  it('counts levels of nesting and accepts exactly the limit', () => {
    expect(checkShape([{ a: [1] }], { maxDepth: 3 })).toEqual({ ok: true, value: [{ a: [1] }] })
    expect(checkShape([{ a: [1] }], { maxDepth: 2 })).toMatchObject({
      ok: false,
      problem: expect.stringContaining('2 levels'),
    })
    expect(checkShape('text', { maxDepth: 0 }).ok).toBe(true)
  })

  it('answers for a document 500,000 levels deep', () => {
    const deep = JSON.parse('['.repeat(500_000) + ']'.repeat(500_000)) as JsonValue
    expect(checkShape(deep, { maxDepth: 32 }).ok).toBe(false)
  })

  it.each<[string, JsonValue]>([
    ['half a surrogate pair', { a: ['x\ud800'] }],
    ['half a surrogate pair in a key', { a: { 'k\udc00': 1 } }],
    ['a number past the range of a double', { a: [JSON.parse('1e400') as number] }],
  ])('refuses %s without repeating it', (what, value) => {
    expect(checkShape(value, { maxDepth: 8 })).toMatchObject({
      ok: false,
      problem: expect.stringContaining(what.slice(0, 8)),
    })
  })

  it('accepts every well-formed document', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5, noUnicodeString: true }), (value) => {
        expect(checkShape(value as JsonValue, { maxDepth: 8 }).ok).toBe(true)
      }),
    )
  })
})
