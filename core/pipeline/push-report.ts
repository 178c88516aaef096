/** What one cycle did, in deliveries; `closeback push --json` prints it. */
export interface PushReport {
  /** Messages read from the inbox before sending. */
  read: number
  accepted: number
  rejected: number
  /** Sent or tried, and waiting again. */
  waiting: number
  uncertain: number
  /** Past their deadline in this cycle, `too_old` or `uncertain`. */
  expired: number
  requests: number
  /** Event sets that nothing is sent to, with what to do. */
  parked: { connectionId: string; eventSourceId: string; code: string; remedy: string }[]
  /** Connections that could not even be tried: a token that cannot be had, a ledger that did not answer. */
  failed: { connectionId: string; message: string; remedy: string }[]
}

export function emptyReport(): PushReport {
  return {
    read: 0,
    accepted: 0,
    rejected: 0,
    waiting: 0,
    uncertain: 0,
    expired: 0,
    requests: 0,
    parked: [],
    failed: [],
  }
}
