/** Parameters that name one click, of TikTok first and of other networks, as they stand in landing URLs. */
export const CLICK_IDS = 'ttclid gclid gbraid wbraid fbclid msclkid li_fat_id twclid ScCid'.split(' ')

/** The parameters of UTM; `utm_id` is where TikTok's macro puts the campaign id. */
export const UTM = 'utm_source utm_medium utm_campaign utm_content utm_term utm_id'.split(' ')

/** Under this name the cookie and the entry in local storage stand. */
export const STORED_AS = 'closeback'

/** The field that carries the visitor's id to the CRM; `POST /collect` knows the same id. */
export const VISITOR_FIELD = 'closeback_id'

/** The field that carries the journey, as JSON in the form of a webhook's `touches`. */
export const JOURNEY_FIELD = 'closeback_touches'
