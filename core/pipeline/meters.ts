import type { DeliveryState } from '../model/delivery.ts'
import type { ReceiveReport } from './receive.ts'

/** What the steps count for whoever watches this host. Ids of the workspace, states and codes only: nothing personal. */
export interface Meters {
  /** Items of a sender, as they were answered. */
  received(
    source: string,
    items: Pick<ReceiveReport, 'received' | 'duplicates' | 'conflicts' | 'invalid'>,
  ): void
  /** One request to TikTok, by what its answer was judged to be. */
  answered(connection: string, outcome: string, code: string): void
  /** Deliveries that came to a state they do not leave by themselves. */
  settled(connection: string, state: DeliveryState, count: number): void
  /** Accepted deliveries, each with the time since its stage change, ms. */
  accepted(connection: string, lags: readonly number[]): void
}

/** For commands, which nobody watches. */
export const NO_METERS: Meters = { received() {}, answered() {}, settled() {}, accepted() {} }
