import { describe } from 'vitest'
import { describeEngine } from './ledger-engine.ts'
import type { OpenLedger } from './ledger-harness.ts'
import { describeInbox } from './ledger-inbox.ts'
import { describeInsights } from './ledger-insights.ts'
import { describeOutbox } from './ledger-outbox.ts'
import { describeRecords } from './ledger-records.ts'
import { describeSettings } from './ledger-settings.ts'
import { describeUnknown } from './ledger-unknown.ts'

/** The suite every ledger passes: `describeLedger('SQLite', open)`. One set of queries, the same answers. */
export function describeLedger(name: string, open: OpenLedger): void {
  describe(`ledger on ${name}`, () => {
    describeInbox(open)
    describeRecords(open)
    describeOutbox(open)
    describeUnknown(open)
    describeSettings(open)
    describeInsights(open)
    describeEngine(open)
  })
}
