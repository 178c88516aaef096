/** A visit that came from somewhere, as `touches` of a webhook takes it. */
export interface Touch {
  /** ISO 8601. */
  at: string
  /** Only with the parameters that name the ad. */
  pageUrl: string
  referrer?: string | undefined
}

/** What is known of this visitor. */
export interface Captured {
  /** `null`: the site asks for consent, and there is no answer yet. Nothing is stored before there is. */
  consent: boolean | null
  /** Oldest first; at most ten, of which the first is always kept. */
  touches: Touch[]
  /** Every value by the name of the field it is written to. Names without a value are left out. */
  values: Record<string, string>
}
