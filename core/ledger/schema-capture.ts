/** Visits that browsers told of, by the random number of the visitor. Nothing here names a person. */
export interface VisitsTable {
  visitor: string
  digest: string
  at: number
  content: string
}

/** Which visitors sent a form with an e-mail address of this digest. */
export interface VisitorsTable {
  hash: string
  visitor: string
  seen_at: number
}
