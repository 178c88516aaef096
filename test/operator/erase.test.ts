import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { sha256 } from '../../core/identity/digest.ts'
import { claim } from '../../core/ledger/outbox.ts'
import { suppress } from '../../core/ledger/suppressions.ts'
import { erase, type Person } from '../../core/pipeline/erase.ts'
import { hydrate } from '../../core/pipeline/hydrate.ts'
import type { Pair } from '../support/pair.ts'
import { usePostgres } from '../support/postgres.ts'
import { connection, type Item, PIXEL, settings, won } from '../support/samples.ts'
import { usePair } from '../support/use-pair.ts'

const EMAIL = 'canary.person@example.com'
const PHONE = '+14155550123'
const TTCLID = 'E.C.P.canaryclickcanaryclick'
const TTP = 'ttp-canary-canary'
const CANARIES = [
  EMAIL,
  PHONE,
  TTCLID,
  TTP,
  '203.0.113.77',
  'CanaryBrowser/1.0',
  sha256(EMAIL),
  sha256(PHONE),
  sha256('canary-7'),
]

/** A won deal with everything that could lead to a person. */
function canary(name: string, given: Record<string, unknown> = {}): Item {
  return won(name, {
    contact: {
      email: EMAIL,
      phone: PHONE,
      externalId: 'canary-7',
      firstName: 'Canariana',
      ip: '203.0.113.77',
      userAgent: 'CanaryBrowser/1.0',
    },
    click: { ttclid: TTCLID, ttp: TTP, clickedAt: '2026-11-02T09:00:00Z' },
    touches: [{ at: '2026-10-01T08:00:00Z', ttclid: TTCLID }],
    utm: { source: 'tiktok', campaign: 'spring' },
    pageUrl: `https://shop.example/landing?ttclid=${TTCLID}`,
    ...given,
  })
}

const nobody: Person = { emails: [], phones: [], externalIds: [] }
const byEmail: Person = { ...nobody, emails: [` ${EMAIL.toUpperCase()} `] }

const everyTable = [
  'inbox',
  'conflicts',
  'deals',
  'touchpoints',
  'stage_changes',
  'deliveries',
  'attempts',
  'journal',
  'reasons',
  'identities',
] as const

async function findCanaries({ closeback }: Pair): Promise<string[]> {
  const found: string[] = []
  for (const table of everyTable) {
    const text = JSON.stringify(await closeback.ledger.db.selectFrom(table).selectAll().execute())
    found.push(...CANARIES.filter((canary) => text.includes(canary)).map((canary) => `${table}: ${canary}`))
  }
  return found
}

async function filesWith(pair: Pair, canaries: readonly string[]): Promise<string[]> {
  const home = pair.closeback.config.home
  const found: string[] = []
  for (const name of await readdir(home)) {
    const bytes = await readFile(join(home, name))
    found.push(...canaries.filter((canary) => bytes.includes(canary)).map((canary) => `${name}: ${canary}`))
  }
  return found
}

const postgres = usePostgres()
const pairOf = usePair()

describe.each(['sqlite', 'postgres'] as const)('erase on %s', (engine) => {
  const start = async (given = settings()) =>
    pairOf({
      settings: given,
      ...(engine === 'postgres' ? { database: await postgres.emptyLedger() } : {}),
    })

  it('leaves nothing of the person, and every id, state and amount', async () => {
    const pair = await start()
    await pair.post([canary('D-1'), won('D-2')])
    await pair.post([
      canary('D-1', { amount: '1.00', click: { ttclid: `${TTCLID}x`, clickedAt: '2026-11-02T09:00:00Z' } }),
    ])
    await pair.cycle()
    await pair.post([canary('D-3', { stage: 'proposal' })])
    const before = await pair.deliveries()
    expect(await findCanaries(pair)).not.toEqual([])

    const receipt = await erase(pair.closeback.pipeline, byEmail, 'cli')
    expect(await findCanaries(pair)).toEqual([])
    expect(receipt).toMatchObject({
      found: true,
      identifiers: [{ kind: 'email', hash: sha256(EMAIL).slice(0, 8) }],
      blanked: {
        deals: 1,
        messages: 2,
        conflicts: 1,
        touchpoints: 2,
        payloads: 1,
        cancelled: 0,
        uncertain: 0,
      },
    })
    expect(JSON.stringify(receipt)).not.toContain(sha256(EMAIL).slice(0, 9))
    const after = await pair.deliveries()
    expect(after.map((row) => ({ ...row, payload: null }))).toEqual(
      before.map((row) => ({ ...row, payload: null })),
    )
    expect(after.map((row) => row.payload === '')).toEqual([true, false])
    await pair.cycle()
    expect(await findCanaries(pair)).toEqual([])
    expect(await pair.reasons()).toEqual(['suppressed'])
  })

  it('cancels what was never tried, and leaves to a person what was tried without an answer', async () => {
    const pair = await start()
    pair.intercept = async (send) => {
      await send()
      throw new TypeError('terminated', { cause: Object.assign(new Error(), { code: 'ECONNRESET' }) })
    }
    await pair.post([canary('D-1')])
    await pair.cycle()
    pair.intercept = null
    await pair.post([canary('D-2'), canary('D-3', { amount: null, currency: null })])
    await pair.closeback.pipeline.settings()
    await hydrate(pair.closeback.pipeline)
    expect((await pair.deliveries()).map((row) => row.state)).toEqual(['waiting', 'waiting', 'held'])
    const { blanked } = await erase(pair.closeback.pipeline, byEmail, 'cli')
    expect(blanked).toMatchObject({ cancelled: 2, uncertain: 1, payloads: 3 })
    expect((await pair.deliveries()).map((row) => row.state)).toEqual(['uncertain', 'cancelled', 'cancelled'])
    expect(await pair.cycle({ now: true })).toMatchObject({ requests: 0 })
  })

  it('does not send again what is in flight while the person is erased', async () => {
    const pair = await start()
    const answers = ['refused', 'reset'] as const
    for (const [n, how] of answers.entries()) {
      await pair.post([canary(`F-${n}`, { contact: { email: `flight${n}@example.com` } })])
      pair.intercept = async (send) => {
        if (how === 'reset') await send()
        const person = { ...nobody, emails: [`flight${n}@example.com`] }
        const beside = await pair.another('cli')
        await erase(beside.pipeline, person, 'cli')
        const code = how === 'reset' ? 'ECONNRESET' : 'ECONNREFUSED'
        throw new TypeError('fetch failed', { cause: Object.assign(new Error(), { code }) })
      }
      await pair.cycle()
      pair.intercept = null
      pair.clock.pass(3_600_000)
      expect(await pair.cycle({ now: true })).toMatchObject({ requests: 0 })
    }
    expect((await pair.deliveries()).map((row) => [row.state, row.payload])).toEqual([
      ['cancelled', ''],
      ['uncertain', ''],
    ])
  })

  it('keeps the person out when they come again: by a webhook, by a click alone, on another deal', async () => {
    const pair = await start()
    await pair.post([canary('D-1')])
    await pair.cycle()
    await erase(pair.closeback.pipeline, byEmail, 'cli')
    await pair.post([canary('D-1', { id: 'evt-again', stage: 'won', occurredAt: '2026-11-20T11:30:00Z' })])
    await pair.post([canary('D-9', { contact: { email: EMAIL } })])
    await pair.post([canary('D-1', { id: 'evt-click', contact: { phone: PHONE } })])
    await pair.cycle()
    expect(await findCanaries(pair)).toEqual([])
    expect(await pair.reasons()).toEqual(['suppressed', 'suppressed', 'suppressed'])
    expect((await pair.deliveries()).length).toBe(1)
  })

  it('blanks an earlier deal that turns out to be about somebody on the list', async () => {
    const pair = await start()
    await pair.post([canary('D-1', { stage: 'proposal', contact: { phone: PHONE } })])
    await pair.cycle()
    await erase(pair.closeback.pipeline, byEmail, 'cli')
    expect(await findCanaries(pair)).not.toEqual([])
    await pair.post([canary('D-1', { id: 'evt-won' })])
    await pair.cycle()
    await pair.cycle()
    expect(await findCanaries(pair)).toEqual([])
    expect((await pair.deliveries()).length).toBe(0)
  })

  it('claims nothing of a person whose erasure was interrupted, and finishes it in the next cycle', async () => {
    const pair = await start()
    await pair.post([canary('D-1'), won('D-2')])
    await hydrate(pair.closeback.pipeline)
    const { ledger } = pair.closeback
    await suppress(ledger, [sha256(EMAIL)], pair.clock.now())
    const now = pair.clock.now()
    const wanted = {
      connectionId: 'us-brand',
      eventSourceId: PIXEL,
      limit: 10,
      holder: 'x',
      earliest: now,
      latest: now,
    }
    const { deliveries, lease } = await claim(ledger, wanted)
    expect(deliveries.map((each) => each.payload)).toEqual([
      expect.stringContaining(sha256('d-2@example.com')),
    ])
    await ledger.db
      .updateTable('deliveries')
      .set({ state: 'waiting', lease: null, lease_until: null, began_at: null })
      .where('lease', '=', lease)
      .execute()
    expect(await pair.cycle()).toMatchObject({ accepted: 1 })
    expect((await pair.deliveries()).map((row) => row.state)).toEqual(['cancelled', 'accepted'])
    expect(await findCanaries(pair)).toEqual([])
  })

  it('takes a phone number the way each source reads it, and an external id in both cases', async () => {
    const given = settings({ connections: [connection()] })
    const pair = await start(given)
    await pair.post([
      won('D-1', { contact: { phone: '(415) 555-0123' } }),
      won('D-2', { contact: { externalId: 'Canary-7' } }),
    ])
    await pair.cycle()
    const person = { ...nobody, phones: ['415-555-0123'], externalIds: ['Canary-7'] }
    expect((await erase(pair.closeback.pipeline, person, 'cli')).blanked).toMatchObject({ deals: 2 })
  })

  it('says so when nobody is known, and keeps them out all the same', async () => {
    const pair = await start()
    expect(await erase(pair.closeback.pipeline, byEmail, 'cli')).toMatchObject({ found: false })
    await pair.post([canary('D-1')])
    expect(await findCanaries(pair)).toEqual([])
    await pair.cycle()
    expect(await pair.reasons()).toEqual(['suppressed'])
  })

  it('refuses what cannot be an identifier without repeating it, and writes nothing', async () => {
    const pair = await start()
    const refused = erase(pair.closeback.pipeline, { ...nobody, emails: ['not-an-address'] }, 'cli')
    await expect(refused).rejects.toMatchObject({ code: 'invalid', issues: [{ path: '--email' }] })
    await refused.catch((error: Error) => expect(JSON.stringify(error)).not.toContain('not-an-address'))
    expect(await pair.closeback.ledger.db.selectFrom('suppressions').selectAll().execute()).toEqual([])
  })
})

describe('the files of an erased SQLite ledger', () => {
  it('hold nothing of the person, in the database and in its log', async () => {
    const pair = await pairOf()
    for (let n = 0; n < 8; n++) {
      await pair.post(Array.from({ length: 40 }, (_, i) => won(`D-${n}-${i}`)))
      await pair.post([canary(`C-${n}`)])
      await pair.cycle()
    }
    expect(await filesWith(pair, CANARIES)).not.toEqual([])
    expect(await erase(pair.closeback.pipeline, byEmail, 'cli')).toMatchObject({ scrubbed: true })
    // The list itself is what keeps them out.
    expect(await filesWith(pair, CANARIES)).toEqual([`ledger.db: ${sha256(EMAIL)}`])
  })
})
