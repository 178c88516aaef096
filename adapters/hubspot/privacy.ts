import { z } from 'zod'
import type { Check } from '../../core/adapter.ts'
import { DAY } from '../../core/model/time.ts'
import type { Ctx } from './portal.ts'

/** Name of the kept list of contacts that HubSpot forgot. */
const FORGOTTEN = 'forgotten'
/** As long as people have to answer such a request (GDPR, article 12). */
const SHOWN_MS = 30 * DAY
const MOST = 1000

const shape = z.array(z.object({ contact: z.string(), at: z.number() }))
type Forgotten = z.infer<typeof shape>

/**
 * Notes contacts that HubSpot deleted for privacy. It names them by a record id alone and keeps no way back to the person,
 * and neither does the ledger: a person has to say who it was.
 */
export async function noteForgotten(
  contacts: readonly string[],
  ctx: Pick<Ctx, 'credentials' | 'now'>,
): Promise<void> {
  await ctx.credentials.renew(FORGOTTEN, async (kept) => {
    const known = recent(kept, ctx.now()).filter(({ contact }) => !contacts.includes(contact))
    const added = contacts.map((contact) => ({ contact, at: ctx.now() }))
    return JSON.stringify([...known, ...added].slice(-MOST))
  })
}

/** What is left to a person: shown for 30 days, because nothing tells when it was done. */
export async function checkForgotten(ctx: Pick<Ctx, 'credentials' | 'now'>): Promise<Check[]> {
  const forgotten = recent(await ctx.credentials.read(FORGOTTEN), ctx.now())
  if (forgotten.length === 0) return []
  const named = forgotten
    .slice(-5)
    .map(({ contact, at }) => `${contact} on ${new Date(at).toISOString().slice(0, 10)}`)
  return [
    {
      name: 'privacy deletions',
      ok: true,
      detail: `HubSpot forgot ${forgotten.length === 1 ? 'a contact' : `${forgotten.length} contacts`} in the last 30 days (${named.join(', ')}): run "closeback erase --email" for the same persons, if that was not done yet.`,
    },
  ]
}

function recent(kept: string | null, now: number): Forgotten {
  const read = shape.safeParse(kept === null ? [] : JSON.parse(kept))
  return read.success ? read.data.filter(({ at }) => now - at < SHOWN_MS) : []
}
