import { describe, expect, it } from 'vitest'
import { usePostgres } from '../support/postgres.ts'
import { won } from '../support/samples.ts'
import { usePair } from '../support/use-pair.ts'

const postgres = usePostgres()
const pairOf = usePair()

describe('the pipeline on PostgreSQL', () => {
  it('sends what was received in one cycle, and nothing in the next', async () => {
    const pair = await pairOf({ database: await postgres.emptyLedger() })
    await pair.post([won('D-1'), won('D-2')])
    expect(await pair.cycle()).toMatchObject({ read: 2, accepted: 2, requests: 1 })
    expect(await pair.cycle()).toMatchObject({ read: 0, accepted: 0, requests: 0 })
    expect([...pair.counted().values()]).toEqual([1, 1])
  })
})
