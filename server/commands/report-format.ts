/** How a report can be written; the first without asking. */
export const REPORT_FORMATS = ['table', 'json', 'csv', 'html'] as const
export type ReportFormat = (typeof REPORT_FORMATS)[number]
