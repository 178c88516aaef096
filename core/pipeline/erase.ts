import { randomUUID } from 'node:crypto'
import { type HashOptions, hashIdentity } from '../identity/hash-identity.ts'
import { emptyRawIdentity } from '../identity/identity.ts'
import {
  add,
  type Blanked,
  eraseDeals,
  eraseMessages,
  markErased,
  nothingBlanked,
  pageOfPendingDeals,
  pendingHashes,
  unreadMessagesOf,
} from '../ledger/erase.ts'
import { addEntry } from '../ledger/journal.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { scrub } from '../ledger/scrub.ts'
import { suppress } from '../ledger/suppressions.ts'
import { forgetVisitors } from '../ledger/visits.ts'
import { ClosebackError } from '../model/errors.ts'
import { toIso } from '../model/time.ts'
import type { Pipeline } from './context.ts'

/** Deals blanked per transaction: some ten rows each, on the thread that answers senders. */
const PAGE = 25
/** Persons looked for at a time among messages that were not read yet. */
const HASHES = 50

/** Who asks to be forgotten. */
export interface Person {
  emails: readonly string[]
  phones: readonly string[]
  externalIds: readonly string[]
}

/** Proof of an erasure. Says nothing about whom: digits of digests tell the operator which request it answers. */
export interface Receipt {
  id: string
  /** ISO 8601. */
  at: string
  identifiers: { kind: 'email' | 'phone' | 'externalId'; hash: string }[]
  /** False when the ledger had nothing of this person; the list keeps them out all the same. */
  found: boolean
  blanked: Blanked
  /** False while freed parts of the ledger's files may still hold digests. */
  scrubbed: boolean
}

/**
 * Forgets a person: first on the suppression list, so that nothing new is kept, then blanked everywhere. May be
 * repeated, and is finished by the next push cycle when it was interrupted.
 */
export async function erase(pipeline: Pipeline, person: Person, actor: string): Promise<Receipt> {
  const { ledger } = pipeline
  const hashes = hashesOf(person, await optionsOf(pipeline))
  const now = ledger.now()
  await suppress(ledger, [...hashes.keys()], now)
  const blanked = await finishErasures(ledger)
  const id = `erase_${randomUUID()}`
  const detail = `${id}: ${Object.entries(blanked)
    .map(([what, count]) => `${count} ${what}`)
    .join(', ')}`
  await addEntry(ledger.db, { at: now, actor, verb: 'erase', subject: 'a person', detail })
  return {
    id,
    at: toIso(now),
    identifiers: [...hashes].map(([hash, kind]) => ({ kind, hash: hash.slice(0, 8) })),
    found: Object.values(blanked).some((count) => count > 0),
    blanked,
    scrubbed: await scrub(ledger),
  }
}

/** Blanks what is left of persons on the list; next to nothing when nothing is. */
export async function finishErasures(ledger: Ledger): Promise<Blanked> {
  const blanked = nothingBlanked()
  for (;;) {
    const hashes = await pendingHashes(ledger.db, HASHES)
    if (hashes.length === 0) return blanked
    // Messages first: one that is read meanwhile meets the list, and its deal is found after it.
    const messages = await unreadMessagesOf(ledger.reader, hashes)
    for (let at = 0; at < messages.length; at += PAGE) {
      const page = messages.slice(at, at + PAGE)
      add(blanked, await ledger.transaction((tx) => eraseMessages(tx, page)))
    }
    for (;;) {
      const deals = await pageOfPendingDeals(ledger.db, PAGE)
      if (deals.length === 0) break
      add(blanked, await ledger.transaction((tx) => eraseDeals(tx, deals, ledger.now())))
    }
    await ledger.transaction((tx) => forgetVisitors(tx, hashes))
    await markErased(ledger.db, hashes)
  }
}

/** Every way in which a source may have read an identifier: each may lead to another digest. */
async function optionsOf({ settings, adapterContext }: Pipeline): Promise<HashOptions[]> {
  const options: HashOptions[] = []
  for (const active of (await settings()).sources.values()) {
    const own = active.adapter.identityOptions(adapterContext(active).settings)
    options.push({ ...own, externalIdCase: 'exact' }, { ...own, externalIdCase: 'lower' })
  }
  const none = { defaultCountry: null }
  return [...options, { ...none, externalIdCase: 'exact' }, { ...none, externalIdCase: 'lower' }]
}

function hashesOf(
  person: Person,
  options: readonly HashOptions[],
): Map<string, 'email' | 'phone' | 'externalId'> {
  const hashes = new Map<string, 'email' | 'phone' | 'externalId'>()
  const issues: { path: string; message: string }[] = []
  const kinds = [
    ['email', 'emails', '--email'],
    ['phone', 'phones', '--phone'],
    ['externalId', 'externalIds', '--external-id'],
  ] as const
  for (const [kind, list, option] of kinds) {
    for (const text of person[list]) {
      const read = options.map((how) => hashIdentity({ ...emptyRawIdentity(), [list]: [text] }, how))
      const found = read.flatMap((identity) => identity[kind])
      for (const hash of found) hashes.set(hash, kind)
      if (found.length > 0) continue
      const why = read.flatMap(({ dropped }) => dropped.map((each) => each.why))[0] ?? 'is empty'
      issues.push({ path: option, message: `a value ${why}` })
    }
  }
  if (issues.length === 0 && hashes.size > 0) return hashes
  throw new ClosebackError('invalid', 'The person cannot be looked for: nothing was erased.', {
    remedy:
      'Give an e-mail address, a phone number with its country code, or the external id as the source sends it.',
    issues,
  })
}
