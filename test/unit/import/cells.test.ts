import { describe, expect, it } from 'vitest'
import { ClosebackError } from '../../../core/model/errors.ts'
import { readAmount } from '../../../server/import/amount.ts'
import { type ColumnMap, NATIVE_FIELDS } from '../../../server/import/column-map.ts'
import { parseColumnList, parseColumnMap } from '../../../server/import/column-text.ts'
import { compileDate } from '../../../server/import/dates.ts'
import { detectDelimiter } from '../../../server/import/delimiter.ts'
import { compileColumns } from '../../../server/import/item-builder.ts'

describe('amounts', () => {
  it.each([
    ['1234.5', null, '1234.5'],
    ['-7', null, '-7'],
    ['1.234,56', 'comma', '1234.56'],
    ['1.234', 'comma', '1234'],
    ['1234,5', 'comma', '1234.5'],
    ['1,234.56', 'point', '1234.56'],
    ['1.234', 'point', '1.234'],
  ] as const)('%s with %s is %s', (text, decimal, value) => {
    expect(readAmount(text, decimal)).toEqual({ ok: true, value })
  })

  it.each([
    ['1.234,56', null],
    ['12,5', null],
    ['1.234', null],
    ['1,234.56', 'comma'],
    ['1.23', 'comma'],
    ['1.234,56', 'point'],
    ['12 000', 'comma'],
    ['$5', 'point'],
  ] as const)('%s with %s is refused', (text, decimal) => {
    expect(readAmount(text, decimal)).toMatchObject({ ok: false })
  })
})

describe('dates', () => {
  const read = (text: string, format: string, zone = 'UTC') => {
    const compiled = compileDate(format, zone)
    if (!compiled.ok) return compiled.problem
    const date = compiled.value(text)
    return date.ok ? new Date(date.value).toISOString() : date.problem
  }

  it.each([
    ['3/1/2017', 'M/D/YYYY', 'UTC', '2017-03-01T00:00:00.000Z'],
    ['01.03.2017 17:05', 'DD.MM.YYYY HH:mm', 'Europe/Berlin', '2017-03-01T16:05:00.000Z'],
    ['3/1/2017 12:05 AM', 'M/D/YYYY h:mm A', 'UTC', '2017-03-01T00:05:00.000Z'],
    ['3/1/2017 12:05 pm', 'M/D/YYYY h:mm A', 'UTC', '2017-03-01T12:05:00.000Z'],
    ['2026-07-01', 'YYYY-MM-DD', 'America/New_York', '2026-07-01T04:00:00.000Z'],
    ['2026-01-01', 'YYYY-MM-DD', 'Asia/Kolkata', '2025-12-31T18:30:00.000Z'],
    // Skipped by the clocks: read as if they had not changed yet.
    ['2026-03-08 02:30', 'YYYY-MM-DD HH:mm', 'America/New_York', '2026-03-08T07:30:00.000Z'],
    // Twice that night: the first.
    ['2026-11-01 01:30', 'YYYY-MM-DD HH:mm', 'America/New_York', '2026-11-01T05:30:00.000Z'],
    ['2026-11-01 02:30', 'YYYY-MM-DD HH:mm', 'America/New_York', '2026-11-01T07:30:00.000Z'],
  ])('%s as %s in %s', (text, format, zone, expected) => {
    expect(read(text, format, zone)).toBe(expected)
  })

  it.each([
    ['13/1/2017', 'M/D/YYYY', 'is not a date that exists'],
    ['2/29/2017', 'M/D/YYYY', 'is not a date that exists'],
    ['2017-03-01', 'M/D/YYYY', 'is not a date of the form M/D/YYYY'],
    ['3/1/2017 13:00 PM', 'M/D/YYYY h:mm A', 'is not a date that exists'],
    ['x', 'M/D', 'a date format needs YYYY, M or MM, and D or DD, each once'],
    ['x', 'M/D/YYYY h:mm', 'h or hh goes with A (AM or PM), and A with h or hh'],
  ])('%s as %s: %s', (text, format, problem) => {
    expect(read(text, format)).toBe(problem)
  })

  it('refuses a time zone that is none', () => {
    expect(compileDate('M/D/YYYY', 'Mars/Base')).toMatchObject({ ok: false })
  })
})

it.each([
  ['a,b;c,d', ','],
  ['a;b;"x,y,z,w"', ';'],
  ['a\tb', '\t'],
  ['alone', ','],
])('the separator of %j is %j', (header, expected) => {
  expect(detectDelimiter(header)).toBe(expected)
})

const COLUMNS: ColumnMap = {
  columns: {
    'record.id': 'deal',
    stage: { column: 'status', lookup: { Gewonnen: 'won' } },
    occurredAt: { column: ['closed', 'opened'], format: 'M/D/YYYY', timezone: 'UTC' },
    amount: 'amount',
    currency: { value: 'EUR' },
    'contact.email': 'mail',
    'fields.region': 'region',
    limitedDataUse: 'ldu',
  },
}
const HEADER = ['deal', 'status', 'closed', 'opened', 'amount', 'mail', 'region', 'ldu']

describe('a row', () => {
  const build = compileColumns(COLUMNS, HEADER)

  it('becomes an item of the native body, with an id that stays', () => {
    const cells = ['D-1', ' Gewonnen ', '', '3/1/2017', '12.50', 'ada@example.com', 'north', 'TRUE']
    const row = build(2, cells)
    expect(row).toEqual({
      line: 2,
      ok: true,
      item: {
        id: expect.stringMatching(/^import-[0-9a-f]{32}$/),
        record: { type: 'deal', id: 'D-1' },
        stage: 'won',
        occurredAt: '2017-03-01T00:00:00.000Z',
        amount: '12.50',
        currency: 'EUR',
        contact: { email: 'ada@example.com' },
        fields: { region: 'north' },
        limitedDataUse: true,
      },
    })
    const later = build(9, cells.with(4, '13.00'))
    expect(later.ok && row.ok && (later.item as { id: string }).id).toBe(
      row.ok && (row.item as { id: string }).id,
    )
  })

  it.each([
    [['D-1', 'won'], [{ path: '', message: 'has 2 cells where the header has 8' }]],
    [[...HEADER.map(() => ''), 'x'], [{ path: '', message: 'has 9 cells where the header has 8' }]],
    [HEADER.map(() => 'a\0'), [{ path: '', message: 'holds a NUL, which is not text' }]],
    [
      ['D-1', 'won', 'soon', '', '1,5', '', '', 'maybe'],
      [
        { path: '/occurredAt', message: 'is not a date of the form M/D/YYYY' },
        { path: '/amount', message: expect.stringContaining('--decimal') },
        { path: '/limitedDataUse', message: 'must be true or false' },
      ],
    ],
  ])('that is broken says everything that is wrong: %j', (cells, issues) => {
    expect(build(3, cells)).toEqual({ line: 3, ok: false, issues })
  })

  it('may have empty cells behind the last column', () => {
    expect(build(2, ['D-1', 'won', '3/1/2017', '', '', '', '', '', '', ''])).toMatchObject({ ok: true })
  })

  it('is named by its key column where there is one', () => {
    const keyed = compileColumns({ ...COLUMNS, key: 'mail' }, HEADER)
    const row = (mail: string) => keyed(2, ['D-1', 'won', '3/1/2017', '', '', mail, '', ''])
    expect(JSON.stringify(row('a@example.com'))).not.toEqual(JSON.stringify(row('b@example.com')))
    expect(row('')).toMatchObject({ ok: false, issues: [{ message: 'the key column is empty' }] })
  })
})

it('a column map hears of everything that is wrong with it at once', () => {
  const wrong: ColumnMap = {
    columns: { 'record.id': 'dael', amont: 'amount', occurredAt: { column: 'closed', format: 'M/D/YYYY' } },
    key: 'nothing',
  }
  let thrown: unknown
  try {
    compileColumns(wrong, HEADER)
  } catch (error) {
    thrown = error
  }
  expect(thrown).toBeInstanceOf(ClosebackError)
  expect((thrown as ClosebackError).issues).toEqual([
    { path: 'columns.record.id', message: 'the file has no column "dael"', remedy: 'Did you mean "deal"?' },
    { path: 'columns.amont', message: 'is not a field of the native body', remedy: 'Did you mean "amount"?' },
    expect.objectContaining({ path: 'columns.occurredAt', message: 'has a date format and no time zone' }),
    expect.objectContaining({ path: 'columns.stage', message: 'is missing' }),
    expect.objectContaining({ path: 'key', message: 'the file has no column "nothing"' }),
  ])
})

it('the short form of a column map says the same as the long one', () => {
  expect(parseColumnList('record.id=deal id, stage=status,currency:=USD')).toEqual({
    'record.id': 'deal id',
    stage: 'status',
    currency: { value: 'USD' },
  })
  expect(() => parseColumnList('record.id')).toThrow(ClosebackError)
  expect(() => parseColumnMap('columns: 7', 'map.yaml')).toThrow(/map\.yaml is not a column map/)
  expect(() => parseColumnMap('a: [', 'map.yaml')).toThrow(ClosebackError)
})

it('takes every field of the native body that is one value', () => {
  const columns = Object.fromEntries([...NATIVE_FIELDS].map((field) => [field, field]))
  expect(() => compileColumns({ columns }, [...NATIVE_FIELDS])).not.toThrow()
})
