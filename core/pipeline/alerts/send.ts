import { type AlertRow, claimUnsent, markSent, putOff } from '../../ledger/alerts.ts'
import type { Ledger } from '../../ledger/ledger.ts'
import { HOUR, MINUTE } from '../../model/time.ts'
import type { Alert } from './condition.ts'
import { alertOf } from './look.ts'

/** Alerts sent in one go; what is left goes next time. */
const MOST = 20
const FIRST_RETRY_MS = MINUTE
const LONGEST_RETRY_MS = HOUR
/** About a day of tries; an alert that lasts is repeated then anyway. */
const MOST_ATTEMPTS = 28

/** Posts one alert; throws when it was not taken. `messageId` is the same for every try. */
export type PostAlert = (alert: Alert, messageId: string) => Promise<void>

/**
 * Sends what the webhook has not had yet. The first that is not taken ends it, and waits longer each time: the others
 * would meet the same fault. Throws what `post` threw, after noting it.
 */
export async function sendAlerts(ledger: Ledger, post: PostAlert): Promise<void> {
  for (let sent = 0; sent < MOST; sent++) {
    const [row] = await claimUnsent(ledger, 1)
    if (!row) return
    try {
      await post(alertOf(row), messageIdOf(row))
    } catch (error) {
      const wait = Math.min(FIRST_RETRY_MS * 2 ** (row.attempts - 1), LONGEST_RETRY_MS)
      await putOff(ledger.db, row.id, row.attempts >= MOST_ATTEMPTS ? null : ledger.now() + wait)
      throw error
    }
    await markSent(ledger.db, row, ledger.now())
  }
}

/** A receiver that sees it twice knows it is the same: our note that it was taken may have been lost. */
function messageIdOf({ id, pending, told_at }: AlertRow): string {
  return `alert_${id}_${pending}_${told_at}`
}
