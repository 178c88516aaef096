import type { Db } from './ledger.ts'

/** The highest `Date` TikTok ever answered with (epoch ms), 0 before the first; shared by all hosts. */
export async function readTikTokTime(db: Db): Promise<number> {
  const row = await db.selectFrom('clock').select('tiktok_time').where('id', '=', 1).executeTakeFirstOrThrow()
  return row.tiktok_time
}

/** Never goes back. */
export async function noteTikTokTime(db: Db, time: number): Promise<void> {
  await db
    .updateTable('clock')
    .set({ tiktok_time: time })
    .where('id', '=', 1)
    .where('tiktok_time', '<', time)
    .execute()
}
