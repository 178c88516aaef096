import type { SealedSecret } from '../workspace/ports.ts'
import type { Db, Ledger } from './ledger.ts'
import { insertRows } from './rows.ts'

/**
 * Seals every secret again, all in one transaction, or none when one does not open. `again` gives null for what may stay.
 * Returns how many were sealed anew.
 */
export function resealAll(
  ledger: Ledger,
  again: (place: string, sealed: SealedSecret) => SealedSecret | null,
): Promise<number> {
  return ledger.transaction(async (tx) => {
    const rows = await tx.selectFrom('sealed_secrets').selectAll().orderBy('place').execute()
    let resealed = 0
    for (const { place, key_id, nonce, text } of rows) {
      const made = again(place, { keyId: key_id, nonce, text })
      if (made === null) continue
      const values = { key_id: made.keyId, nonce: made.nonce, text: made.text }
      await tx.updateTable('sealed_secrets').set(values).where('place', '=', place).execute()
      resealed += 1
    }
    return resealed
  })
}

export async function readSealedAt(db: Db, place: string): Promise<SealedSecret | null> {
  const row = await db.selectFrom('sealed_secrets').selectAll().where('place', '=', place).executeTakeFirst()
  return row ? { keyId: row.key_id, nonce: row.nonce, text: row.text } : null
}

export async function dropSealed(db: Db, place: string): Promise<void> {
  await db.deleteFrom('sealed_secrets').where('place', '=', place).execute()
}

/** Keeps a sealed secret in place of the one that was there. */
export async function putSealed(db: Db, place: string, secret: SealedSecret): Promise<void> {
  const row = { place, key_id: secret.keyId, nonce: secret.nonce, text: secret.text }
  const update =
    '(place) do update set key_id = excluded.key_id, nonce = excluded.nonce, text = excluded.text'
  await insertRows(db, 'sealed_secrets', [row], [], update)
}
