import { describe, expect, it } from 'vitest'
import { readChange } from '../../../adapters/salesforce/changes/tickets.ts'

const DEAL = '006000000000001AAA'
const OTHER = '006000000000002AAA'
const LEAD = '00Q000000000001'

function event(header: object, replayId: unknown = 7) {
  return {
    schema: 'x',
    payload: { ChangeEventHeader: { entityName: 'Opportunity', changeType: 'CREATE', ...header } },
    event: { replayId },
  }
}

const keys = (said: unknown) => readChange(said)?.tickets.map(({ key }) => key)

describe('a change event', () => {
  it('is one hint for each record, by ids alone', () => {
    const change = readChange(event({ recordIds: [DEAL, OTHER, DEAL] }))
    expect(change?.replayId).toBe(7)
    expect(change?.tickets).toEqual(
      [DEAL, OTHER].map((id) => ({
        key: `change:7:${id}`,
        id: null,
        record: { type: 'opportunity', id },
        said: {},
        content: { is: 'hint' },
        identity: null,
      })),
    )
  })

  it('of a lead names the lead in 18 characters', () => {
    const [hint] = readChange(event({ entityName: 'Lead', recordIds: [LEAD] }))?.tickets ?? []
    expect(hint?.record).toEqual({ type: 'lead', id: '00Q000000000001EAA' })
  })

  it('that moves a record between stages is a hint, one that edits something else is left to the poll', () => {
    const update = (changedFields?: string[]) =>
      keys(event({ changeType: 'UPDATE', recordIds: [DEAL], ...(changedFields && { changedFields }) }))
    expect(update(['StageName', 'LastModifiedDate'])).toHaveLength(1)
    expect(update(['Description', 'LastModifiedDate'])).toEqual([])
    expect(update()).toHaveLength(1)
  })

  it.each(['GAP_CREATE', 'GAP_UPDATE', 'GAP_DELETE', 'GAP_UNDELETE'])(
    '%s, which carries no fields, is a hint to read the record',
    (changeType) => {
      expect(keys(event({ changeType, recordIds: [DEAL], changedFields: [] }))).toHaveLength(1)
    },
  )

  it('GAP_OVERFLOW, which names no records, still moves on', () => {
    const overflow = event({ changeType: 'GAP_OVERFLOW', recordIds: ['006000000000000AAA'] })
    expect(readChange(overflow)).toEqual({ replayId: 7, tickets: [] })
  })

  it('of another object, or with ids of another, is no hint', () => {
    expect(keys(event({ entityName: 'Account', recordIds: [DEAL] }))).toEqual([])
    expect(keys(event({ recordIds: [LEAD, '000000000000000AAA', '006*'] }))).toEqual([])
  })

  it('that cannot be read is none', () => {
    for (const said of [null, 'x', {}, { payload: {} }, event({ recordIds: [DEAL] }, 'seven')])
      expect(readChange(said)).toBeNull()
  })
})
