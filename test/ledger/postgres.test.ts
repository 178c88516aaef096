import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import { openLedger } from '../../core/ledger/ledger.ts'
import { describeLedger } from '../conformance/ledger.ts'
import { add, claimDue, delivery, START } from '../conformance/ledger-harness.ts'
import { claimInThreads } from '../support/in-threads.ts'
import { openAt } from '../support/open-ledger.ts'
import { usePostgres } from '../support/postgres.ts'

const postgres = usePostgres()

describeLedger('PostgreSQL', async (now) => openAt(await postgres.emptyLedger(), now))

describe('a PostgreSQL ledger', () => {
  const many = Array.from({ length: 300 }, (_, n) => delivery(n + 1))

  it('is given its schema once by hosts that start together', async () => {
    const at = await postgres.freshDatabase()
    expect(await claimInThreads(at, 3, START)).toEqual([[], [], []])
  })

  it('gives no delivery to two of four hosts that claim at once', async () => {
    const at = await postgres.emptyLedger()
    const ledger = await openLedger({ at, now: () => START })
    await add(ledger, many)
    await ledger.close()
    const taken = (await claimInThreads(at, 4, START)).flat()
    expect(taken).toHaveLength(300)
    expect(new Set(taken).size).toBe(300)
  })

  it('lets nobody wait for rows that another host is about to claim', async () => {
    const opened = await openAt(await postgres.emptyLedger(), () => START)
    const { ledger } = opened
    await add(ledger, many.slice(0, 10))
    const other = await opened.again()
    const taken = await ledger.transaction(async (tx) => {
      await sql`select id from deliveries order by id limit 4 for update`.execute(tx)
      // Fails after two seconds instead of waiting for this very transaction.
      await sql`alter role current_user set lock_timeout = '2s'`.execute(other.db)
      return (await claimDue(await opened.again())).deliveries
    })
    await sql`alter role current_user reset lock_timeout`.execute(other.db)
    await opened.close()
    expect(taken).toHaveLength(6)
  })

  it('that is not there is refused, without its password', async () => {
    const at = 'postgres://closeback:hunter2@127.0.0.1:1/ledger'
    const refused = openLedger({ at, now: () => START }).catch((error: unknown) => error)
    expect(await refused).toMatchObject({ code: 'config', remedy: expect.stringContaining('DATABASE_URL') })
    expect(String(await refused)).not.toContain('hunter2')
  })
})
