import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach } from 'vitest'
import { addDeliveries, type NewDelivery } from '../../core/ledger/deliveries.ts'
import type { NewTicket } from '../../core/ledger/inbox.ts'
import type { Ledger } from '../../core/ledger/ledger.ts'
import { type Claim, claim } from '../../core/ledger/outbox.ts'

/** A ledger on an empty database. */
export interface OpenedLedger {
  ledger: Ledger
  /** Another ledger on the same database, as a second host opens it. */
  again(): Promise<Ledger>
  /** Closes every ledger opened here and removes the database. */
  close(): Promise<void>
}

/** Opens a ledger on an empty database that takes the time from `now` (epoch ms). */
export type OpenLedger = (now: () => number) => Promise<OpenedLedger>

export const HOUR = 3_600_000
/** When the tests begin, epoch ms. */
export const START = Date.parse('2026-11-20T12:00:00Z')
export const SET = 'C4AAAAAAAAAAAAAAAAAA'

/** A fresh ledger for each test, and a clock that the test moves. */
export function useLedger(open: OpenLedger) {
  const rig = { now: START, opened: undefined as OpenedLedger | undefined }
  beforeEach(async () => {
    rig.now = START
    rig.opened = await open(() => rig.now)
  })
  afterEach(async () => {
    await rig.opened?.close()
    rig.opened = undefined
  })
  const current = () => {
    if (!rig.opened) throw new Error('the ledger is open only inside a test')
    return rig.opened
  }
  return {
    ledger: () => current().ledger,
    again: () => current().again(),
    now: () => rig.now,
    pass: (ms: number) => {
      rig.now += ms
    },
  }
}

/** A ticket about the record of its key. */
export function ticket(key: string, given: Partial<NewTicket> = {}): NewTicket {
  return {
    sourceId: 'shop-crm',
    key,
    digest: `digest of ${key}`,
    recordType: 'deal',
    recordId: key,
    content: '{}',
    identity: null,
    ...given,
  }
}

/** A delivery that waits, of a deal of its own; `n` makes its ids. */
export function delivery(n: number, given: Partial<NewDelivery> = {}): NewDelivery {
  return {
    stageChangeId: n,
    dealId: n,
    originId: n,
    sourceId: 'shop-crm',
    connectionId: 'us-brand',
    ruleId: 'won',
    milestone: 'won',
    occurrence: '',
    event: 'Purchase',
    route: 'web',
    eventSourceId: SET,
    eventId: `event-${n}`,
    isBrowserId: false,
    occurredAt: START - HOUR,
    value: { minor: 420_000, currency: 'USD' },
    matchScore: 50,
    matchKeys: ['email'],
    testCode: null,
    hold: null,
    sendUntil: START + 28 * 24 * HOUR,
    payload: `{"event_id":"event-${n}"}`,
    ...given,
  }
}

/** Adds deliveries in one transaction. */
export function add(ledger: Ledger, deliveries: readonly NewDelivery[]): Promise<Set<string>> {
  return ledger.transaction((tx) => addDeliveries(tx, deliveries, ledger.now()))
}

/** Claims what is due of the sample's set. */
export function claimDue(ledger: Ledger, given: Partial<Parameters<typeof claim>[1]> = {}): Promise<Claim> {
  const now = ledger.now()
  return claim(ledger, {
    connectionId: 'us-brand',
    eventSourceId: SET,
    limit: 1000,
    holder: `host:${randomUUID()}`,
    earliest: now,
    latest: now,
    ...given,
  })
}

/** Every delivery, oldest first. */
export function rowsOf(ledger: Ledger) {
  return ledger.db.selectFrom('deliveries').selectAll().orderBy('id').execute()
}

/** The one delivery there is. */
export async function onlyRow(ledger: Ledger) {
  return ledger.db.selectFrom('deliveries').selectAll().executeTakeFirstOrThrow()
}

/** Lets every lease run out, by whichever clock the engine keeps them. */
export async function runOutLeases(ledger: Ledger): Promise<void> {
  await ledger.db.updateTable('deliveries').set({ lease_until: 1 }).where('state', '=', 'in_flight').execute()
}
