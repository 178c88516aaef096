/** What an operator is told of. */
export type AlertKind =
  | 'parked_set'
  | 'token'
  | 'not_tried'
  | 'uncertain'
  | 'held'
  | 'refused_alone'
  | 'rejected'
  | 'silence'
  | 'job'
  | 'insights'
  | 'account'
  | 'audit'
  | 'ledger'

/** Something that is wrong. Kind and subject together are what it is about; the rest may change while it lasts. */
export interface Condition {
  kind: AlertKind
  /** A connection, an event set of one, a job. */
  subject: string
  connectionId: string | null
  /** Epoch ms. */
  since: number
  /** One sentence. */
  what: string
  /** The first thing to look at: one imperative sentence. */
  remedy: string
}

/** A condition that began, goes on for another day, or ended: what is logged and sent. */
export interface Alert extends Condition {
  id: number
  news: 'raised' | 'repeated' | 'resolved'
  /** Epoch ms; null while it lasts. */
  resolvedAt: number | null
}
