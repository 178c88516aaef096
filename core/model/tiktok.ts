/**
 * Every constant of TikTok in one place, each with its source. Two floors read it (mapping and tiktok), so it
 * stands under both. Points that TikTok's documents leave open are settings; see docs/decisions.md.
 */

/** Production origin; paths below `/open_api/v1.3/` end with a slash that is part of them (docs id 1771101303285761). */
export const TIKTOK_ORIGIN = 'https://business-api.tiktok.com'
export const API_PREFIX = '/open_api/v1.3'

/** `data[]` takes 1 to 1000 events; one more rejects the whole request (docs id 1771101303285761). */
export const MAX_EVENTS = 1000
/** TikTok documents no body limit; one vendor limits itself to 1 MB, and so do we. */
export const MAX_BODY_BYTES = 1_000_000

/** Copies of (event_source_id, event, event_id) are dropped for 48 h from the first (help article event-deduplication). */
const DEDUP_HOURS = 48
/** Automatic sends stop two hours before that memory ends, so that no clock error can make a copy count twice. */
export const MAX_RETRY_HOURS = DEDUP_HOURS - 2
/** Older events are not matched or reported (one vendor's reading of the offline docs); a setting per connection. */
export const MAX_EVENT_AGE_DAYS = 28

/** Standard events of web, offline and crm (help article supported-standard-events, September 2025). */
export const STANDARD_EVENTS: ReadonlySet<string> = new Set([
  'AddPaymentInfo',
  'AddToCart',
  'AddToWishlist',
  'ApplicationApproval',
  'CompleteRegistration',
  'Contact',
  'CustomizeProduct',
  'Download',
  'FindLocation',
  'InitiateCheckout',
  'Lead',
  'Purchase',
  'Schedule',
  'Search',
  'StartTrial',
  'SubmitApplication',
  'Subscribe',
  'ViewContent',
])

/** Names TikTok renamed but still accepts: a rule may use either, never both for one deal. */
export const RENAMED_EVENTS: ReadonlyMap<string, string> = new Map([
  ['CompletePayment', 'Purchase'],
  ['SubmitForm', 'Lead'],
])

/** Currencies that `properties.currency` takes (docs id 1771101303285761). */
export const CURRENCIES: ReadonlySet<string> = new Set(
  (
    'AED ARS AUD BDT BHD BIF BOB BRL CAD CHF CLP CNY COP CRC CZK DKK DZD EGP EUR GBP GTQ HKD HNL HUF IDR ILS INR ' +
    'ISK JPY KES KHR KRW KWD KZT MAD MOP MXN MYR NGN NIO NOK NZD OMR PEN PHP PKR PLN PYG QAR RON RUB SAR SEK SGD ' +
    'THB TRY TWD UAH USD VES VND ZAR'
  ).split(' '),
)

/** Placeholders of ad URLs that were never filled in; a click id that looks like one is no click id. */
export const UNEXPANDED_MACRO = /^_{1,2}[A-Z_]+_{1,2}$/

/**
 * Daily metrics that are pulled, by the column that keeps them, with TikTok's name (docs id 1759239462689793; the names of
 * the web, offline and CRM families as four connectors use them). A name ending in `_minor` is money of the account.
 */
export const REPORT_METRICS = {
  spend_minor: 'spend',
  impressions: 'impressions',
  clicks: 'clicks',
  /** Dated at the ad interaction. Counts what the ad group is optimised on, not purchases. */
  conversions: 'conversion',
  /** The same, dated at the conversion. */
  conversions_by_day: 'real_time_conversion',
  web_purchases: 'complete_payment',
  /** Named like a rate, yet it is the total value. */
  web_purchase_minor: 'total_complete_payment_rate',
  web_leads: 'form',
  offline_purchases: 'offline_shopping_events',
  offline_purchase_minor: 'offline_shopping_events_value',
  offline_leads: 'offline_form_events',
  offline_lead_minor: 'offline_form_events_value',
  offline_contacts: 'offline_contact_events',
  offline_contact_minor: 'offline_contact_events_value',
  /** All events of CRM sets together: TikTok does not tell them apart. */
  crm_events: 'offline_total_crm_events',
  crm_event_minor: 'offline_crm_event_value',
} as const

/** When TikTok corrects past days, hour UTC: 12 by docs id 1738864894606337, 8 by 1738864850353154. The later is safe for both. */
export const CORRECTION_HOUR = 12

/** Days of an ad group's `click_attribution_window` and its kin. */
export const WINDOW_DAYS: ReadonlyMap<string, number> = new Map([
  ['OFF', 0],
  ['ONE_DAY', 1],
  ['SEVEN_DAYS', 7],
  ['FOURTEEN_DAYS', 14],
  ['TWENTY_EIGHT_DAYS', 28],
  ['THIRTY_DAYS', 30],
  ['THIRTY_TWO_DAYS', 32],
])

/** `page_size` of reports and of the hierarchy (docs id 1740302848100353; 100 for TopView). */
export const ROWS_PER_PAGE = 1000
/** Days of a report by day, both ends included: live answers say 30, one connector reads it as 31. */
export const DAYS_PER_REPORT = 30
/** Ids that one filter takes. */
export const IDS_PER_FILTER = 100
/** From so many ads on a report by ad is cut (header `X-Tt-Ads-Throttle`). */
export const ADS_PER_REPORT = 20_000
/** Requests a second of an app in the Basic tier, the default (one connector's figure; a live report saw the same). */
export const READS_PER_SECOND = 10

/** Macros that TikTok fills in at a click (help article track-offsite-web-events-with-utm-parameters). */
export const URL_MACROS = {
  campaignName: '__CAMPAIGN_NAME__',
  campaignId: '__CAMPAIGN_ID__',
  adGroupName: '__AID_NAME__',
  adGroupId: '__AID__',
  adName: '__CID_NAME__',
  adId: '__CID__',
  placement: '__PLACEMENT__',
} as const
