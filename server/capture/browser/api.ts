import type { Captured } from './captured.ts'

export type { Captured } from './captured.ts'

/** `window.closeback` once the script runs. */
export interface Closeback {
  get(): Captured
  /** Fills the fields of this form or of the whole page now. Never overwrites what a person typed. */
  fill(root?: Element | Document): void
  /** The id under which the pixel and the server will say this event. The same until it was tracked. */
  eventId(name: string): string
  /** Tells the TikTok pixel of the event, where there is one, and the form the same event id. Returns it. */
  track(name: string, properties?: Record<string, unknown>): string
}

/** A decision about consent; may be called again when it changes. */
export type Decide = (granted: boolean) => void

/** Stands in `window.closeback` before the script runs, or (but for functions) as `data-…` of its tag. */
export interface Settings {
  /**
   * Without it nothing is waited for. `tcf`: purposes 1 and 7. `dataLayer`: Google's consent mode, `ad_storage`. `gpc`:
   * everybody but those who send Global Privacy Control. A function: answers, or calls back when it knows.
   */
  consent?: 'tcf' | 'dataLayer' | 'gpc' | ((decide: Decide) => boolean | undefined)
  /** Field names (or ids, as of Salesforce) by what is written to them. */
  fields?: Record<string, string | string[]>
  /** Further hosts whose embedded pages take values in their URL, and under which names where these differ. */
  embeds?: Record<string, Record<string, string>>
  /** The pixel event that every form submission is, for example `Lead`. Without it call `track` yourself. */
  event?: string
  /** Days that a click id is handed on; 28 unless told. */
  clickDays?: number
  /** Asks TikTok for limited data use. Global Privacy Control asks for it in any case. */
  limitedDataUse?: boolean
  /** Where touches are posted to, `https://…/collect`. Without it they stay in the browser. */
  collect?: string
}

declare global {
  interface Window {
    /** What a page sets before the script runs, and what the script puts there. */
    closeback?: Settings & Partial<Closeback>
  }
}
