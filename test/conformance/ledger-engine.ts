import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import { countDeliveries } from '../../core/ledger/deliveries.ts'
import { addEntry } from '../../core/ledger/journal.ts'
import { SCHEMA_VERSIONS } from '../../core/ledger/migrations.ts'
import { isOneOf } from '../../core/ledger/rows.ts'
import { add, delivery, type OpenLedger, rowsOf, START, useLedger } from './ledger-harness.ts'

/** What two engines must do alike for one set of queries to mean one thing. */
export function describeEngine(open: OpenLedger): void {
  const rig = useLedger(open)

  describe('engine', () => {
    it('compares text byte by byte', async () => {
      const bytewise = ['A', 'B', 'Z', 'a', 'b', 'é', '日', '\u{1f600}']
      const { db } = rig.ledger()
      for (const id of bytewise.toReversed()) {
        await db.insertInto('connections').values({ id, paused_at: null }).execute()
      }
      const sorted = await db.selectFrom('connections').select('id').orderBy('id').execute()
      expect(sorted.map((row) => row.id)).toEqual(bytewise)
      const after = await db.selectFrom('connections').select('id').where('id', '>', 'Z').execute()
      expect(after).toHaveLength(5)
      const query = db
        .selectFrom('connections')
        .select('id')
        .where(isOneOf(db, 'id', ['a', 'é', 'É']))
      expect((await query.orderBy('id').execute()).map((row) => row.id)).toEqual(['a', 'é'])
    })

    it('keeps text as it is: no normalising, no trimming, quotes and all', async () => {
      const { db } = rig.ledger()
      const detail = ' e\u0301 \u00e9 \'"\\ $1 ? %s \n\t日 '
      await addEntry(db, { at: START, actor: 'cli', verb: 'apply', subject: '', detail })
      expect((await db.selectFrom('journal').select('detail').executeTakeFirst())?.detail).toBe(detail)
    })

    it('keeps safe integers to the last digit, and refuses to round larger ones', async () => {
      const { db } = rig.ledger()
      await add(rig.ledger(), [
        delivery(1, { value: { minor: Number.MAX_SAFE_INTEGER, currency: 'USD' } }),
        delivery(2, { value: { minor: Number.MIN_SAFE_INTEGER, currency: 'USD' } }),
      ])
      expect((await rowsOf(rig.ledger())).map((row) => row.value_minor)).toEqual([
        Number.MAX_SAFE_INTEGER,
        Number.MIN_SAFE_INTEGER,
      ])
      await sql`update deliveries set value_minor = 9007199254740993`.execute(db)
      await expect(rowsOf(rig.ledger())).rejects.toThrow(/9007199254740993|too large|out of range/)
    })

    it('adds up exactly beyond 2^53, and tells what was only a test', async () => {
      const value = { minor: Number.MAX_SAFE_INTEGER, currency: 'USD' }
      await add(rig.ledger(), [
        ...[1, 2, 3].map((n) => delivery(n, { value })),
        delivery(4, { value, testCode: 'TEST1' }),
        delivery(5, { value: null }),
        delivery(6, { value: { minor: 5, currency: 'JPY' } }),
      ])
      const totals = await countDeliveries(rig.ledger().reader)
      const of = (currency: string | null, test = false) =>
        totals.find((row) => row.currency === currency && row.test === test)
      expect(of('USD')).toMatchObject({ count: 3, total: 3n * BigInt(Number.MAX_SAFE_INTEGER) })
      expect(of('USD', true)).toMatchObject({ count: 1 })
      expect(of(null)).toMatchObject({ count: 1, total: 0n })
      expect(of('JPY')).toMatchObject({ count: 1, total: 5n })
    })

    it('takes all of a transaction or nothing', async () => {
      const half = rig.ledger().transaction(async (tx) => {
        await tx.insertInto('connections').values({ id: 'a', paused_at: null }).execute()
        throw new Error('half-way')
      })
      await expect(half).rejects.toThrow('half-way')
      expect(await rig.ledger().db.selectFrom('connections').selectAll().execute()).toEqual([])
    })

    it('lets transactions that start together take turns', async () => {
      const { ledger } = rig
      await Promise.all(
        Array.from({ length: 20 }, () =>
          ledger().transaction(async (tx) => {
            await tx
              .updateTable('clock')
              .set((e) => ({ tiktok_time: e('tiktok_time', '+', 1) }))
              .execute()
          }),
        ),
      )
      const row = await ledger().db.selectFrom('clock').select('tiktok_time').executeTakeFirstOrThrow()
      expect(row.tiktok_time).toBe(20)
    })

    it('shows committed rows to reports at once', async () => {
      await add(rig.ledger(), [delivery(1)])
      expect(await rig.ledger().reader.selectFrom('deliveries').select('origin_id').execute()).toEqual([
        { origin_id: 1 },
      ])
    })

    it('opens what it wrote, and refuses what a newer version wrote, changing nothing', async () => {
      const other = await rig.again()
      expect(await other.db.selectFrom('clock').selectAll().execute()).toHaveLength(1)
      const { db } = rig.ledger()
      await sql`insert into schema_versions (name, timestamp) values ('9999_future', '2030')`.execute(db)
      await expect(rig.again()).rejects.toMatchObject({
        name: 'ClosebackError',
        code: 'config',
        message: expect.stringContaining('newer version'),
        remedy: expect.stringMatching(/\w.*\.$/),
      })
      const versions = await sql<{ name: string }>`select name from schema_versions`.execute(db)
      expect(versions.rows).toHaveLength(SCHEMA_VERSIONS.length + 1)
    })
  })
}
