import type { Generated } from 'kysely'

export interface ReportTables {
  crm_books: CrmBooksTable
  crm_book_deals: CrmBookDealsTable
  expected_values: ExpectedValuesTable
}

/** What a deal that enters a stage is expected to come to, learned daily. */
export interface ExpectedValuesTable {
  connection_id: string
  milestone: string
  minor: number
  currency: string
  computed_at: number
}

/** A CRM's own list of closed deals, as it said when a report asked. */
export interface CrmBooksTable {
  id: Generated<number>
  asked_at: number
}

/** One line of it: won when asked, since `won_at`. */
export interface CrmBookDealsTable {
  book_id: number
  source_id: string
  record_type: string
  record_id: string
  won_at: number
  amount_minor: number | null
  currency: string | null
}
