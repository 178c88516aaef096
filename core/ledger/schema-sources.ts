/** Work that one process at a time may do. */
export interface LeasesTable {
  name: string
  holder: string
  until: number
}

/** How far a source was polled, and how the last poll ended. */
export interface PollsTable {
  source_id: string
  /** JSON of the adapter's own; null before the first page. */
  cursor: string | null
  polled_at: number
  /** When a poll last came to its end. */
  ok_at: number | null
  /** Why the last one did not. */
  error: string | null
}
