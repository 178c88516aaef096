import type { SealedSecret } from '../workspace/ports.ts'
import type { Ledger } from './ledger.ts'

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
