import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { csvText } from '../../../server/reports/csv.ts'

describe('csvText', () => {
  it.each(['=1+1', '@SUM(A1)', '+cmd|x', '-2+3', '\tx', '\rx'])('takes the formula out of %j', (text) => {
    expect(parse(csvText([[text]]))).toEqual([[`'${text}`]])
  })

  it('tells its own apostrophe from one that was in the text', () => {
    expect(parse(csvText([["'+1 ", '+1 ']]))).toEqual([["''+1 ", "'+1 "]])
  })

  it('leaves negative amounts as numbers', () => {
    expect(csvText([['-4200.00', -3, null, 'a,"b"']])).toBe('-4200.00,-3,,"a,""b"""\r\n')
  })

  it('never lets a cell begin like a formula, and loses nothing of it', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ minLength: 1 }), { minLength: 1, maxLength: 4 }), (cells) => {
        const [read] = parse(csvText([cells]), { record_delimiter: '\r\n' }) as string[][]
        for (const [at, cell] of (read ?? []).entries()) {
          expect(cell.replace(/^'(?='*[=+\-@\t\r])/, '')).toBe(cells[at])
          if (!/^-?\d+(\.\d+)?$/.test(cell)) expect(cell).not.toMatch(/^[=+\-@\t\r]/)
        }
      }),
    )
  })
})
