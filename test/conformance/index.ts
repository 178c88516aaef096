export { describeAdapter } from './adapter.ts'
export type { AdapterHarness, Receiving, Refused } from './adapter-harness.ts'
export { describeLedger } from './ledger.ts'
export type { OpenedLedger, OpenLedger } from './ledger-harness.ts'
