import type { Ledger } from '../../core/ledger/ledger.ts'
import { dropSealed, putSealed, readSealedAt } from '../../core/ledger/sealed.ts'
import { HOUR } from '../../core/model/time.ts'
import type { KeyRing } from '../../core/workspace/keys.ts'
import { open, seal } from '../../core/workspace/secrets.ts'

/** A token that somebody brought and that no connection has yet. */
export interface Grant {
  token: string
  /** Advertisers it reaches, as TikTok or the person said; empty when nobody knows. */
  advertiserIds: string[]
  /** `consent` can be revoked by our app; a pasted one only where it was made. */
  from: 'consent' | 'pasted'
}

const LIFE_MS = HOUR

export interface Grants {
  keep(actor: string, grant: Grant): Promise<void>
  /** The grant of this person, for an hour. */
  read(actor: string): Promise<Grant | null>
  forget(actor: string): Promise<void>
}

/** Grants are sealed in the ledger like every secret, one a person: another host may go on with it. */
export function grants(ledger: Ledger, keys: KeyRing): Grants {
  const placeOf = (actor: string) => `grants/${actor}`
  return {
    async keep(actor, grant) {
      const text = JSON.stringify({ ...grant, until: ledger.now() + LIFE_MS })
      await putSealed(ledger.db, placeOf(actor), seal(keys, placeOf(actor), text))
    },
    async read(actor) {
      const sealed = await readSealedAt(ledger.db, placeOf(actor))
      if (sealed === null) return null
      const { until, ...grant } = JSON.parse(open(keys, placeOf(actor), sealed)) as Grant & { until: number }
      return ledger.now() < until ? grant : null
    },
    async forget(actor) {
      await dropSealed(ledger.db, placeOf(actor))
    },
  }
}
