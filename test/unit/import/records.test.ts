import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { linesOf } from '../../../server/import/lines.ts'
import { type Cells, recordsOf } from '../../../server/import/records.ts'

async function* pieces(text: string, size: number) {
  for (let at = 0; at < text.length; at += size) yield text.slice(at, at + size)
}

async function read(text: string, { delimiter = ',', size = 7 } = {}): Promise<Cells[]> {
  const records: Cells[] = []
  for await (const record of recordsOf(linesOf(pieces(text, size)), delimiter)) records.push(record)
  return records
}

const good = (line: number, ...cells: string[]): Cells => ({ line, ok: true, cells })
const NEVER_CLOSED = 'a quote is opened and never closed'

describe('rows of separated values', () => {
  it.each(['\n', '\r\n', '\r'])('end with %j', async (end) => {
    expect(await read(['a,b', '1,2', '', '3,4', ''].join(end))).toEqual([
      good(1, 'a', 'b'),
      good(2, '1', '2'),
      good(4, '3', '4'),
    ])
  })

  it('may hold separators, quotes and line breaks in quotes', async () => {
    expect(await read('a,b\n"1,5","say ""yes"""\n"two\nlines",x\n7,8\n')).toEqual([
      good(1, 'a', 'b'),
      good(2, '1,5', 'say "yes"'),
      good(3, 'two\nlines', 'x'),
      good(5, '7', '8'),
    ])
  })

  it('a quote that is never closed costs one row', async () => {
    const rows = Array.from({ length: 1000 }, (_, n) => `${n},x`)
    rows[10] = '10,"x'
    const records = await read(['a,b', ...rows].join('\n'), { size: 1000 })
    expect(records).toHaveLength(1001)
    expect(records.filter(({ ok }) => !ok)).toEqual([{ line: 12, ok: false, problem: NEVER_CLOSED }])
  })

  it('two of them cost two rows, not those between them', async () => {
    const records = await read('a,b\n1,"x\n2,y\n3,"z\n4,w\n')
    expect(records).toEqual([
      good(1, 'a', 'b'),
      { line: 2, ok: false, problem: NEVER_CLOSED },
      good(3, '2', 'y'),
      { line: 4, ok: false, problem: NEVER_CLOSED },
      good(5, '4', 'w'),
    ])
  })

  it('a quote inside a bare cell means itself when the row is whole', async () => {
    expect((await read('a,b\n1,5" pipe\n2,6" pipe\n3,x\n')).slice(1)).toEqual([
      good(2, '1', '5" pipe'),
      good(3, '2', '6" pipe'),
      good(4, '3', 'x'),
    ])
  })

  it('names a quote that stands where none may', async () => {
    expect((await read('a,b\n1,"x"y"z"\n2,y\n')).slice(1)).toEqual([
      { line: 2, ok: false, problem: 'a quote stands where none may' },
      good(3, '2', 'y'),
    ])
  })

  it('a line of 10 MB is one broken row', async () => {
    const records = await read(`a,b\n1,2\n${'x'.repeat(10_000_000)}\n3,4\n`, { size: 65_536 })
    expect(records).toEqual([
      good(1, 'a', 'b'),
      good(2, '1', '2'),
      { line: 3, ok: false, problem: 'the line is longer than 1 MB' },
      good(4, '3', '4'),
    ])
  })

  it('come back as they were written, whatever is in them and however the file is cut', async () => {
    const cell = fc.string({ unit: fc.constantFrom('a', ',', ';', '"', '\n', ' ', 'é'), maxLength: 8 })
    const table = fc.array(fc.array(cell, { minLength: 3, maxLength: 3 }), { minLength: 1, maxLength: 8 })
    await fc.assert(
      fc.asyncProperty(table, fc.integer({ min: 1, max: 20 }), async (rows, size) => {
        const header = ['a', 'b', 'c']
        const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`
        const text = [header, ...rows].map((row) => row.map(quoted).join(',')).join('\r\n')
        const records = await read(text, { size })
        expect(records.map((record) => (record.ok ? record.cells : null))).toEqual([header, ...rows])
      }),
    )
  })

  it('never throws, and loses no line that has no quote, whatever else the file holds', async () => {
    const junk = fc.string({ unit: fc.constantFrom('x', ',', '"', ' ', '\0'), maxLength: 12 })
    await fc.assert(
      fc.asyncProperty(fc.array(junk, { maxLength: 12 }), async (lines) => {
        const text = ['a,b', ...lines.flatMap((line, at) => [line, `keep-${at},1`])].join('\n')
        const records = await read(text)
        const found = new Set(records.flatMap((record) => (record.ok ? record.cells.join() : [])))
        // A quote may rightly enclose lines; then the row is as wide as the header.
        const enclosed = records.some(
          ({ ok, ...rest }) => ok && 'cells' in rest && rest.cells.join().includes('\n'),
        )
        if (!enclosed) for (const at of lines.keys()) expect(found).toContain(`keep-${at},1`)
      }),
    )
  })
})
