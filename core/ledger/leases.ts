import { sql } from 'kysely'
import type { Ledger } from './ledger.ts'

/**
 * Work that one process at a time may do, whichever host it runs on. Taken again by its holder it lasts longer. False
 * while somebody else holds it; of who died it ends by itself.
 */
export async function takeLease(ledger: Ledger, name: string, holder: string, ms: number): Promise<boolean> {
  const now = ledger.leaseClock()
  const taken = await sql`
    insert into leases (name, holder, until) values (${name}, ${holder}, ${now} + ${ms})
    on conflict (name) do update set holder = excluded.holder, until = excluded.until
      where leases.until < ${now} or leases.holder = excluded.holder
    returning name`.execute(ledger.db)
  return taken.rows.length > 0
}

/** Gives it back, unless it ran out and somebody else has it. */
export async function dropLease(ledger: Ledger, name: string, holder: string): Promise<void> {
  await ledger.db.deleteFrom('leases').where('name', '=', name).where('holder', '=', holder).execute()
}

/** Frees what holders of this kind left behind: for a host that knows all earlier ones of its directory are dead. */
export async function freeLeases(ledger: Ledger, kind: string): Promise<void> {
  await ledger.db.deleteFrom('leases').where('holder', 'like', `${kind}%`).execute()
}
