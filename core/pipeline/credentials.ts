import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Credentials } from '../adapter.ts'
import { dropLease, takeLease } from '../ledger/leases.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { putSealed, readSealedAt } from '../ledger/sealed.ts'
import { ClosebackError } from '../model/errors.ts'
import { MINUTE, SECOND } from '../model/time.ts'
import type { KeyRing } from '../workspace/keys.ts'
import { credentialPlace } from '../workspace/secret-places.ts'
import { open, seal } from '../workspace/secrets.ts'

/** Longer than any one request to a token endpoint may take. */
const LEASE_MS = MINUTE
const WAIT_MS = 45 * SECOND
const LOOK_MS = 100

/** The credentials of one source: sealed rows of the ledger, renewed under a lease, because a rotated token that two hosts use at once is revoked with its whole family. */
export function sourceCredentials(ledger: Ledger, keys: KeyRing, sourceId: string): Credentials {
  const read = async (name: string) => {
    const place = credentialPlace(sourceId, name)
    const sealed = await readSealedAt(ledger.db, place)
    return sealed && open(keys, place, sealed)
  }
  return {
    read,
    async renew(name, make) {
      const place = credentialPlace(sourceId, name)
      const holder = randomUUID()
      await waitFor(ledger, place, holder)
      try {
        const made = await make(await read(name))
        await putSealed(ledger.db, place, seal(keys, place, made))
        return made
      } finally {
        await dropLease(ledger, place, holder)
      }
    },
  }
}

async function waitFor(ledger: Ledger, place: string, holder: string): Promise<void> {
  const until = performance.now() + WAIT_MS
  while (!(await takeLease(ledger, place, holder, LEASE_MS))) {
    if (performance.now() > until) {
      throw new ClosebackError('unavailable', `Another process has been renewing ${place} for too long.`, {
        remedy: 'Nothing: it is tried again by itself.',
      })
    }
    await sleep(LOOK_MS)
  }
}
