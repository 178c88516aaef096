export { describeAdapter } from './adapter.ts'
export type { AdapterHarness, Receiving, Refused } from './adapter-harness.ts'
