/**
 * Which deals a person was ever seen on. `prefix` is a digest's first 52 bits as a number: a third of the size of the
 * digest, and two persons of ten million share one with a chance of one in a hundred.
 */
export interface IdentitiesTable {
  prefix: number
  deal_id: number
}

/** Digests of identifiers whose person asked to be forgotten. */
export interface SuppressionsTable {
  hash: string
  prefix: number
  created_at: number
  /** 1 until everything of the person is blanked. */
  pending: number
}

/** When this ledger was put back from a backup, and from when that backup was. */
export interface RestoresTable {
  restored_at: number
  taken_at: number
}

/** Who does what once a day: the host that inserts the row does it. `connection_id` is empty for jobs of the whole ledger. */
export interface DailyJobsTable {
  job: string
  connection_id: string
  /** `2026-11-20`. */
  day: string
  claimed_at: number
  done_at: number | null
}
