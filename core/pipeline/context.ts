import type { AdapterContext } from '../adapter.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { Log } from '../model/log.ts'
import type { TikTok } from '../tiktok/request.ts'
import type { PushClock } from './clock.ts'
import type { Meters } from './meters.ts'
import type { ActiveSource, Settings } from './settings.ts'

/** Everything a step of the pipeline works with. Built once, in server/compose.ts. */
export interface Pipeline {
  ledger: Ledger
  tiktok: TikTok
  clock: PushClock
  log: Log
  meters: Meters
  /** The workspace as it stands, compiled. */
  settings(): Promise<Settings>
  /** Who this is, in leases: `host` or `cli`, and something unique. */
  holder: string
  /** Key of the digests that tell a repeated message from a changed one. */
  digestKey: Buffer
  /** What an adapter may use when it works for this source. */
  adapterContext(active: ActiveSource): AdapterContext<unknown, unknown>
  /** A connection's Events API token, resolved anew. Throws ClosebackError when it cannot be had. */
  eventsToken(connectionId: string): Promise<string>
  /** A connection's marketing token, or its events token where it has only one. Throws as `eventsToken` does. */
  marketingToken(connectionId: string): Promise<string>
  /** Resolves after so many ms: between two calls that only read. */
  wait(ms: number): Promise<void>
  /** Spreads the connections of one cycle over a few seconds; resolves at once outside the host. */
  jitter(): Promise<void>
}
