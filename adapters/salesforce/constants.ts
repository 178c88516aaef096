import { DAY, HOUR, MINUTE, SECOND } from '../../core/model/time.ts'

/** Every number and name of Salesforce that is used here, with where it comes from. */

/** Summer '26. The release that our statements were written against; a setting overrides it. */
export const API_VERSION = '67.0'

/** Where users and integrations of production orgs log in (REST guide, "OAuth endpoints"); sandboxes use test.salesforce.com. */
export const LOGIN_URL = 'https://login.salesforce.com'
export const SANDBOX_LOGIN_URL = 'https://test.salesforce.com'

/** The most rows a page of the query resource has (REST guide, "Query"). */
export const PAGE_ROWS = 2000

/** Ids in one `IN (…)`: with the longest select list the address stays below the 16 kB that Salesforce takes in a GET. */
export const CHUNK_IDS = 200

/** Calls at the same time. Salesforce only counts those that last 20 s or longer (25 in production, 5 in trial orgs). */
export const PARALLEL_CALLS = 4

/** Salesforce ends a query after about two minutes (QUERY_TIMEOUT), so a longer silence is a lost connection. */
export const CALL_MS = 130 * SECOND
/** The token endpoint answers at once or not at all. */
export const TOKEN_MS = 30 * SECOND

/** Waits before a read that failed for the moment is tried again; what is still failing then waits for the next poll. */
export const RETRY_WAITS_MS: readonly number[] = [300, 1200]

/** Fresh sessions that the API may refuse in a row: jsforce itself would renew and repeat for ever. */
export const REFUSED_SESSIONS = 2

/** SystemModstamp is set before the commit: rows younger than this may still have older siblings on their way. */
export const LAG_MS = MINUTE
/** How far each poll looks back: a transaction that took longer than this is found by the sweep. */
export const OVERLAP_MS = 10 * MINUTE
/** What the first poll reads: the same past that a preview shows. Nothing older than the source is sent by itself. */
export const FIRST_LOOK_MS = 30 * DAY
/** getUpdated and getDeleted go back 30 days (REST guide, "Get Updated"); a day is left for clocks. */
export const REPLICATION_MS = 29 * DAY
/** Between two sweeps. */
export const SWEEP_EVERY_MS = DAY
/** A sweep covers at least this much, whenever the last one was. */
export const SWEEP_COVERS_MS = 36 * HOUR

/** What the API says of an org (fields, stages, currencies) is read again after this long. */
export const ORG_FRESH_MS = DAY

/** Below the reserve the allowance is looked at again this often; the margin pays for those looks. */
export const LOOK_AGAIN_MS = HOUR
export const LOOK_MARGIN_CALLS = 30

/** 100 notifications with every field of an object stay far below (SOAP guide, "Outbound Messaging"). */
export const OUTBOUND_BYTES = 2_000_000
export const OUTBOUND_NOTIFICATIONS = 100
/** Envelope, Body, notifications, Notification, sObject, field: six. */
export const OUTBOUND_DEPTH = 16

export const SOAP_NS = 'http://schemas.xmlsoap.org/soap/envelope/'
export const OUTBOUND_NS = 'http://soap.sforce.com/2005/09/outbound'

/** First three characters of an id tell its object (Help, "Standard Field Record ID Prefix Decoder"). */
export const KEY_PREFIXES = { Opportunity: '006', Lead: '00Q', Organization: '00D' } as const

/** A change of the session is noticed this soon by who follows change events. */
export const CHANGES_LOOK_MS = 5 * SECOND
/** Change events that are put into the inbox at once. */
export const CHANGES_BATCH = 500
/** Only events from now on (CometD guide, "Message Durability"). */
export const REPLAY_NEW = -1
export const CHANGES_GOODBYE_MS = 500
