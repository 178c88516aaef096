import { type FailureKind, SalesforceError } from './salesforce-error.ts'

interface Meaning {
  kind: FailureKind
  /** What happened, after "Salesforce: ". */
  says: string
  remedy: string
}

const AGAIN = 'Nothing is lost; it is tried again by itself.'
const CREDENTIALS =
  'Check the consumer key and secret of the External Client App, and the login URL (your My Domain).'
const GRANT_ACCESS =
  'Assign the permission set TikTok_Conversions to the integration user (closeback install creates it), then run closeback check.'

/** By errorCode of the REST API (REST guide, "Status Codes and Error Responses") and `error` of the token endpoint (Help, "OAuth 2.0 Error Codes"). */
const MEANINGS: Record<string, Meaning> = {
  INVALID_SESSION_ID: {
    kind: 'auth',
    says: 'the session is refused, also a fresh one',
    remedy:
      'Check that the integration user is active, may use the API, and is not limited to certain IP addresses.',
  },
  invalid_grant: {
    kind: 'auth',
    says: 'the authorisation is not valid any more',
    remedy:
      'Authorise again: a refresh token was revoked or used elsewhere, or the user of the JWT is unknown, inactive or not pre-authorised for the app.',
  },
  invalid_client: { kind: 'auth', says: 'the client credentials are wrong', remedy: CREDENTIALS },
  invalid_client_id: { kind: 'auth', says: 'the consumer key is unknown', remedy: CREDENTIALS },
  inactive_user: {
    kind: 'auth',
    says: 'the user is inactive',
    remedy: 'Activate the integration user in Setup > Users.',
  },
  inactive_org: {
    kind: 'auth',
    says: 'the org is closed or locked',
    remedy: 'Ask your Salesforce administrator to unlock the org.',
  },
  unsupported_grant_type: {
    kind: 'auth',
    says: 'the app does not allow this kind of log-in',
    remedy:
      'Enable the flow in the OAuth settings of the External Client App, or set settings.auth to one that is enabled.',
  },
  invalid_app_access: {
    kind: 'auth',
    says: 'the user may not use the app',
    remedy: 'Pre-authorise the integration user in the policies of the External Client App.',
  },
  OAUTH_APP_BLOCKED: {
    kind: 'auth',
    says: 'the app is blocked in this org',
    remedy:
      'Allow the app in Setup > Connected Apps OAuth Usage, or create the External Client App in this org.',
  },
  API_DISABLED_FOR_ORG: {
    kind: 'config',
    says: 'the API is disabled',
    remedy: 'Use an edition with API access, and give the integration user the permission "API Enabled".',
  },
  INSUFFICIENT_ACCESS: { kind: 'config', says: 'the user may not do this', remedy: GRANT_ACCESS },
  INVALID_FIELD: {
    kind: 'config',
    says: 'a field is missing or hidden by field-level security',
    remedy: GRANT_ACCESS,
  },
  INVALID_TYPE: { kind: 'config', says: 'an object is missing or hidden', remedy: GRANT_ACCESS },
  NOT_FOUND: {
    kind: 'config',
    says: 'there is nothing at this address',
    remedy: 'Check settings.apiVersion: leave it out to use a version that is known to work.',
  },
  MALFORMED_QUERY: {
    kind: 'config',
    says: 'a query is not understood',
    remedy: 'Check the names under settings.fields; if they are right, report this.',
  },
  STRING_TOO_LONG: {
    kind: 'config',
    says: 'a text is longer than its field',
    remedy: 'Make the field longer in Setup > Object Manager; nothing is cut.',
  },
  REQUEST_LIMIT_EXCEEDED: {
    kind: 'quota',
    says: "the org's calls of the last 24 hours are used up",
    remedy:
      'It goes on by itself as calls become free; look in Setup > Company Information for what uses them.',
  },
  QUERY_TIMEOUT: { kind: 'transient', says: 'a query took too long', remedy: AGAIN },
  SERVER_UNAVAILABLE: { kind: 'transient', says: 'the service is not available', remedy: AGAIN },
  UNKNOWN_EXCEPTION: { kind: 'transient', says: 'an error of its own', remedy: AGAIN },
  UNABLE_TO_LOCK_ROW: { kind: 'transient', says: 'a row is locked', remedy: AGAIN },
  INVALID_QUERY_LOCATOR: { kind: 'restart', says: 'a list of results ran out', remedy: AGAIN },
  EXCEEDED_ID_LIMIT: { kind: 'restart', says: 'too many changes for one list', remedy: AGAIN },
  INVALID_REPLICATION_DATE: { kind: 'restart', says: 'a period it does not keep', remedy: AGAIN },
}

const CHECK_ADDRESS =
  'Check settings.loginUrl (your My Domain); if it is right, this passes by itself and nothing is lost.'

/** Names that node and undici give a connection that failed. */
const NETWORK =
  /^(?:E[A-Z]{3,}|UND_ERR_[A-Z_]+|AbortError|TimeoutError|CERT_[A-Z_]+|DEPTH_ZERO_SELF_SIGNED_CERT|ERR_TLS_[A-Z_]+)$/

/**
 * Any failure of a call as a SalesforceError. Judged by codes alone: texts are worded for people, and may quote records.
 *
 * @param doing what was asked, for the message: `reading Opportunity`
 */
export function classify(error: unknown, doing: string): SalesforceError {
  if (error instanceof SalesforceError) return error
  const code = codeOf(error)
  const known = MEANINGS[code]
  if (known) return failure(known, code, doing, error)
  const status = /^ERROR_HTTP_(\d{3})$/.exec(code)?.[1]
  if (status !== undefined) return failure(ofStatus(Number(status)), code, doing, error)
  if (code === 'ENOTFOUND')
    return failure(
      { kind: 'transient', says: 'there is no such address (ENOTFOUND)', remedy: CHECK_ADDRESS },
      code,
      doing,
      error,
    )
  if (NETWORK.test(code))
    return failure(
      { kind: 'transient', says: `cannot be reached (${code})`, remedy: AGAIN },
      code,
      doing,
      error,
    )
  return failure({ kind: 'transient', says: `failed (${code})`, remedy: AGAIN }, code, doing, error)
}

function ofStatus(status: number): Meaning {
  if (status === 401) return MEANINGS.INVALID_SESSION_ID as Meaning
  if (status === 420 || status === 429 || status >= 500)
    return { kind: 'transient', says: `answered ${status}, maybe maintenance`, remedy: AGAIN }
  if (status === 414 || status === 431)
    return {
      kind: 'config',
      says: `answered ${status}: an address is too long`,
      remedy: 'List fewer names under settings.fields.',
    }
  return {
    kind: 'config',
    says: `answered ${status} without saying why`,
    remedy: 'Check that the login URL is that of a Salesforce org (your My Domain).',
  }
}

function failure(
  { kind, says, remedy }: Meaning,
  code: string,
  doing: string,
  cause: unknown,
): SalesforceError {
  const missing = code === 'INVALID_FIELD' || code === 'INVALID_TYPE' ? namedIn(cause) : null
  const which = missing === null ? '' : `: ${missing}`
  return new SalesforceError(kind, code, `Salesforce, ${doing}: ${says}${which}.`, { remedy, cause })
}

/** The name of the field or object that is not there: the one part of a text that is worth repeating, and never a value. */
function namedIn(error: unknown): string | null {
  const message = error instanceof Error ? error.message : ''
  const found =
    /No such column '([\w.]{1,80})' on (?:entity|sobject of type) '?(\w{1,80})/.exec(message) ??
    /sObject type '(\w{1,80})' is not supported/.exec(message)
  if (found === null) return null
  return found[2] === undefined ? (found[1] ?? null) : `${found[2]}.${found[1]}`
}

/** The most telling code of an error from jsforce, undici or node, whatever depth it stands at. */
function codeOf(error: unknown): string {
  for (let at = error, depth = 0; typeof at === 'object' && at !== null && depth < 5; depth++) {
    const { errorCode, code, data } = at as { errorCode?: unknown; code?: unknown; data?: unknown }
    if (errorCode === 'MULTIPLE_API_ERRORS' && Array.isArray(data)) return codeOf(data[0])
    for (const said of [errorCode, code]) if (typeof said === 'string' && said !== '') return said
    const { name, cause } = at as { name?: unknown; cause?: unknown }
    if (cause === undefined)
      return typeof name === 'string' && name !== '' && name !== 'Error' ? name : 'UNKNOWN'
    at = cause
  }
  return 'UNKNOWN'
}
