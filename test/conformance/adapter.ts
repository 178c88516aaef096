import { isDeepStrictEqual } from 'node:util'
import { describe, expect, it } from 'vitest'
import { isHydrated, type StoredTicket, type Ticket } from '../../core/adapter.ts'
import { emptyHashedIdentity, type HashedIdentity } from '../../core/identity/identity.ts'
import { EMPTY_FACTS, LOST, WON } from '../../core/model/record.ts'
import { type AdapterHarness, contextOf, expectNamedError, type Refused } from './adapter-harness.ts'
import { describeReceiving } from './adapter-receiving.ts'

/** The suite every adapter passes: `describeAdapter('webhook', () => harness)`. */
export function describeAdapter<Settings, Secrets>(
  name: string,
  makeHarness: () => AdapterHarness<Settings, Secrets>,
): void {
  const harness = makeHarness()
  const { adapter } = harness

  describe(`adapter ${name}`, () => {
    it('takes its documented settings and secrets, and names the place of every nonsense', () => {
      expect(adapter.settings.safeParse(harness.settings).success).toBe(true)
      expect(adapter.secrets.safeParse(harness.secrets).success).toBe(true)
      for (const refused of harness.refusedSettings) expectRefused(adapter.settings, refused)
      for (const refused of harness.refusedSecrets) expectRefused(adapter.secrets, refused)
    })

    it('says what failed in its preflight and how to put it right', async () => {
      for (const check of await adapter.check(contextOf(harness))) {
        expect(check, check.name).toMatchObject({ ok: true })
      }
      for (const { what, secrets, ...changed } of harness.failing) {
        const given = secrets === undefined ? {} : { secrets: async () => secrets }
        const checks = await adapter.check({ ...contextOf(harness), ...changed, ...given })
        const failed = checks.filter((check) => !check.ok)
        expect(failed, what).not.toEqual([])
        for (const check of failed) expect(check.remedy, `${what}: ${check.name}`).toMatch(/\w.*\.$/)
        for (const secret of secretTexts(harness.secrets))
          expect(JSON.stringify(checks)).not.toContain(secret)
      }
    })

    it('makes tickets whose keys tell them apart and whose content identifies nobody', async () => {
      const tickets = await harness.tickets(contextOf(harness))
      expect(new Set(tickets.map((ticket) => ticket.key)).size).toBe(tickets.length)
      expect(tickets.length).toBeGreaterThan(1)
      for (const { key, record, content, identity } of tickets) {
        const kept = JSON.stringify({ key, record, content })
        for (const identifier of harness.identifiers) expect(kept).not.toContain(identifier)
        expect(identity === null || identity.kind === 'raw').toBe(true)
        expect(JSON.parse(JSON.stringify(content)), 'content survives storage').toEqual(content)
      }
    })

    it('makes the same tickets of the same messages', async () => {
      const first = await harness.tickets(contextOf(harness))
      expect(await harness.tickets(contextOf(harness))).toEqual(first)
    })

    it('hydrates every ticket to stage changes of its record, each with a key of its own', async () => {
      const stored = (await harness.tickets(contextOf(harness))).map(store)
      const hydrated = await adapter.hydrate(stored, contextOf(harness))
      expect(new Set(hydrated.map((one) => one.ticket))).toEqual(new Set(stored.map((one) => one.key)))
      for (const { ticket, change, facts, asOf } of hydrated.filter(isHydrated)) {
        expect(change.record).toEqual(stored.find((one) => one.key === ticket)?.record)
        expect(Number.isSafeInteger(change.occurredAt) && Number.isSafeInteger(asOf)).toBe(true)
        expect(Object.keys(facts).sort()).toEqual(Object.keys(EMPTY_FACTS).sort())
      }
      const keys = hydrated.filter(isHydrated).map((one) => one.change.key)
      expect(new Set(keys).size).toBe(keys.length)
    })

    it('hydrates the same whatever the order, the company and the number of times', async () => {
      const stored = (await harness.tickets(contextOf(harness))).map(store)
      const together = byTicket(await adapter.hydrate(stored, contextOf(harness)))
      expect(byTicket(await adapter.hydrate(stored.toReversed(), contextOf(harness)))).toEqual(together)
      expect(byTicket(await adapter.hydrate(stored, contextOf(harness)))).toEqual(together)
      for (const one of stored) {
        const alone = await adapter.hydrate([one], contextOf(harness))
        expect(byTicket(alone)).toEqual(together.filter(({ ticket }) => ticket === one.key))
      }
      expect(await adapter.hydrate([], contextOf(harness))).toEqual([])
    })

    it('passes identities that are hashed already through untouched', async () => {
      const stored = (await harness.tickets(contextOf(harness))).map(store)
      const before = structuredClone(stored)
      for (const { ticket, identity } of await adapter.hydrate(stored, contextOf(harness))) {
        const given = before.find((one) => one.key === ticket)?.identity
        // An adapter may add what the CRM knows, raw; what it must not do is change or hash again what was stored.
        if (identity?.kind === 'hashed') expect(identity).toEqual(given)
      }
      expect(stored).toEqual(before)
    })

    it('understands won and lost', async () => {
      const [won, lost] = (await harness.wonAndLost(contextOf(harness))).map(store)
      if (won === undefined || lost === undefined)
        throw new Error('the harness gives a won and a lost ticket')
      const hydrated = await adapter.hydrate([won, lost], contextOf(harness))
      // A CRM with a history says how the record came there, too: its last stage is the one in question.
      const milestone = (key: string) => {
        const changes = hydrated
          .filter(isHydrated)
          .filter((one) => one.ticket === key)
          .map(({ change }) => change)
        return changes.sort((a, b) => a.occurredAt - b.occurredAt).at(-1)?.milestone
      }
      expect(milestone(won.key)).toBe(WON)
      expect(milestone(lost.key)).toBe(LOST)
    })

    it('answers a stored content it cannot read with an error that says what to do, unless it needs none', async () => {
      const [stored] = (await harness.tickets(contextOf(harness))).map(store)
      if (stored === undefined) throw new Error('the harness gives tickets')
      for (const content of [null, 7, 'x', [], { v: 'from the future' }]) {
        const known = await adapter.hydrate([stored], contextOf(harness))
        const outcome = adapter.hydrate([{ ...stored, content }], contextOf(harness))
        const same = await outcome.then((hydrated) => isDeepStrictEqual(hydrated, known)).catch(() => false)
        if (!same) await expectNamedError(outcome)
      }
    })

    if (harness.receiving) describeReceiving(harness, harness.receiving)
  })
}

/** As the inbox gives a ticket back: through storage, identifiers replaced by hashes (any will do here). */
function store(ticket: Ticket): StoredTicket {
  const hashed: HashedIdentity = { ...emptyHashedIdentity(), email: ['0'.repeat(64)], city: 'oslo' }
  const { key, record, content } = structuredClone(ticket)
  return { key, record, content, identity: ticket.identity === null ? null : hashed }
}

function expectRefused(schema: { safeParse(value: unknown): unknown }, { what, value, path }: Refused): void {
  const read = schema.safeParse(value) as {
    success: boolean
    error?: { issues: { path: PropertyKey[]; message: string }[] }
  }
  expect(read.success, what).toBe(false)
  const issues = read.error?.issues ?? []
  expect(
    issues.map((issue) => String(issue.path[0] ?? '')),
    what,
  ).toContain(path)
  for (const issue of issues) expect(issue.message, what).not.toBe('')
}

function byTicket<T extends { ticket: string }>(hydrated: T[]): T[] {
  return hydrated.toSorted((a, b) => (a.ticket < b.ticket ? -1 : 1))
}

function secretTexts(secrets: unknown): string[] {
  if (typeof secrets === 'string') return [secrets]
  return typeof secrets === 'object' && secrets !== null ? Object.values(secrets).flatMap(secretTexts) : []
}
