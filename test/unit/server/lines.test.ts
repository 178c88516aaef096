import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { lineReader, type ReadLine } from '../../../server/ingest/lines.ts'

function readAll(chunks: readonly Buffer[]): [number, ReadLine][] {
  const told: [number, ReadLine][] = []
  const reader = lineReader((line, read) => told.push([line, read]))
  for (const chunk of chunks) reader.take(chunk)
  reader.end()
  expect(reader.count()).toBe(told.length)
  return told
}

/** The body in pieces that end at these places. */
function cut(body: Buffer, places: readonly number[]): Buffer[] {
  const ends = [...new Set(places.map((place) => place % (body.length + 1)))].sort((a, b) => a - b)
  return [...ends, body.length].map((end, at) => body.subarray(ends[at - 1] ?? 0, end))
}

const line = fc.oneof(
  fc.json({ maxDepth: 2 }).map((text) => Buffer.from(text)),
  fc.constantFrom('', ' ', '\t\r', '{"id":', 'é', '"\u2028"').map((text) => Buffer.from(text)),
  fc
    .uint8Array({ maxLength: 12 })
    .map((bytes) => Buffer.from(bytes.map((byte) => (byte === 10 ? 255 : byte)))),
)

describe('the reader of lines', () => {
  it('tells the same lines wherever the body is cut', () => {
    fc.assert(
      fc.property(
        fc.array(line, { maxLength: 12 }),
        fc.array(fc.nat(400), { maxLength: 6 }),
        (lines, places) => {
          const body = Buffer.concat(lines.flatMap((each) => [each, Buffer.from('\n')]))
          expect(readAll(cut(body, places))).toEqual(readAll([body]))
        },
      ),
    )
  })

  it('reads each line as it would alone', () => {
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 8 }), (lines) => {
        const body = Buffer.concat(lines.flatMap((each) => [each, Buffer.from('\n')]))
        const kinds = readAll([body]).map(([, read]) => read.kind)
        const alone = lines.map((each) => readAll([each, Buffer.from('\n')])[0]?.[1].kind)
        expect(kinds.slice(1)).toEqual(alone.slice(1))
      }),
    )
  })

  it('reads what stands behind the last line break, and nothing where there is nothing', () => {
    expect(readAll([Buffer.from('1\n2')])).toEqual([
      [1, { kind: 'json', value: 1 }],
      [2, { kind: 'json', value: 2 }],
    ])
    expect(readAll([Buffer.from('1\n')])).toHaveLength(1)
    expect(readAll([])).toEqual([])
    expect(readAll([Buffer.from('\ufeff{}\r\n')])).toEqual([[1, { kind: 'json', value: {} }]])
  })

  it('skips one line past 1 MB, holds none of it, and goes on behind it', () => {
    const told: ReadLine[] = []
    const reader = lineReader((_line, read) => told.push(read))
    for (let at = 0; at < 300; at++) reader.take(Buffer.alloc(10_000, 0x78))
    reader.take(Buffer.from('\n{}\n'))
    expect(told).toEqual([
      { kind: 'bad', message: 'line 1 is longer than 1 MB' },
      { kind: 'json', value: {} },
    ])
    const fits = `"${'x'.repeat(999_998)}"`
    expect(readAll([Buffer.from(`${fits}\n`)])[0]?.[1].kind).toBe('json')
    expect(readAll([Buffer.from(`${fits} \n`)])[0]?.[1].kind).toBe('bad')
    expect(readAll([Buffer.from(`1\n${fits} \n2`)]).map(([, read]) => read.kind)).toEqual([
      'json',
      'bad',
      'json',
    ])
  })

  it('repeats nothing of a line it cannot read', () => {
    const [[, read] = []] = readAll([Buffer.from('{"email":"ada@example.com"\n')])
    expect(JSON.stringify(read)).not.toContain('ada')
  })
})
