import type { BridgeStep, ReportStep } from './reconciliation.ts'

/** Figures of what was delivered, each of which opens to its deliveries. */
export const DELIVERED_BARS = [
  'delivered',
  'no_longer_won',
  'won_date_moved',
  'further_deliveries',
  'test_events',
  'pixel_copies',
] as const satisfies ('delivered' | BridgeStep | ReportStep)[]
export type DeliveredBar = (typeof DELIVERED_BARS)[number]

/** Whether a figure, by its name, is one of what was delivered. */
export function isDeliveredBar(name: string): name is DeliveredBar {
  return (DELIVERED_BARS as readonly string[]).includes(name)
}
