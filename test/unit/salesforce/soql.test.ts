import { parseQuery } from '@jetstreamapp/soql-parser-js'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { chunks } from '../../../adapters/salesforce/soql/chunks.ts'
import { list, moment, text } from '../../../adapters/salesforce/soql/literal.ts'
import {
  changedRows,
  enteredStages,
  historyOf,
  leadsBehind,
  rowsById,
  rowsOf,
  statusesOf,
  wonTotals,
} from '../../../adapters/salesforce/soql/statements.ts'

const ids = Array.from({ length: 200 }, (_, at) => `006xx${String(at).padStart(10, '0')}AAA`)

describe('statements', () => {
  it.each([
    changedRows('Opportunity', 'Id, StageName', { lower: 0, upper: 60_000, after: null }),
    changedRows('Opportunity', 'Id, StageName', {
      lower: 0,
      upper: 60_000,
      after: { modifiedAt: 30_000, id: ids[0] ?? '' },
    }),
    rowsById('Lead', 'Id', { since: 0, afterId: null }),
    rowsById('Lead', 'Id', { since: 0, afterId: ids[0] ?? '' }),
    rowsOf('Opportunity', 'Id', ids),
    historyOf(ids),
    statusesOf(ids),
    leadsBehind('Id', ids, []),
    leadsBehind('Id', ids, ids),
    enteredStages(["It's won", 'Closed Won'], { from: 0, to: 1000, afterId: ids[0] ?? '' }),
    wonTotals({ from: '2026-11-01', to: '2026-11-30' }, true),
    wonTotals({ from: '2026-11-01', to: '2026-11-30' }, false),
  ])('are understood, and fit into an address: %#', (soql) => {
    expect(() => parseQuery(soql)).not.toThrow()
    expect(encodeURIComponent(soql).length).toBeLessThan(14_000)
  })

  it('cannot be changed by a text in them', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (value) => {
        fc.pre(!value.includes('\u0000'))
        const { where } = parseQuery(
          `SELECT Id FROM Lead WHERE Status = ${text(value)} AND IsDeleted = false`,
        )
        expect(Object.keys(where ?? {}).sort()).toEqual(['left', 'operator', 'right'])
      }),
    )
  })

  it('write moments unquoted, in UTC, and lists quoted', () => {
    expect(moment(Date.parse('2026-11-01T00:00:00Z'))).toBe('2026-11-01T00:00:00.000Z')
    expect(list(["O'Brien", 'b'])).toBe("'O\\'Brien','b'")
  })

  it('ask for each id once, at most 200 at a time', () => {
    const groups = chunks([...ids, ...ids, 'x'])
    expect(groups.map((group) => group.length)).toEqual([200, 1])
    expect(groups.flat()).toEqual([...ids, 'x'])
    expect(chunks([])).toEqual([])
  })
})
