import { DAY, HOUR, MINUTE, SECOND } from '../../core/model/time.ts'

/**
 * Every constant of HubSpot in one place, each with its source (pages of developers.hubspot.com unless named). Points
 * that HubSpot leaves open are settings of the source; see docs/hubspot.md.
 */

/** Production origin (docs/api-reference). */
export const HUBSPOT_ORIGIN = 'https://api.hubapi.com'
/** OAuth v1 ends on 2027-02-16 (changelog, v1-oauth-api-deprecation); credentials go into the form body. */
export const TOKEN_PATH = '/oauth/2026-03/token'

/** Object type ids (docs/guides/crm/understanding-the-crm). */
export const OBJECT_TYPE_IDS: Readonly<Record<string, 'contact' | 'deal'>> = {
  '0-1': 'contact',
  '0-3': 'deal',
}

/** Rows of one search answer (docs/api-reference/search/guide). */
export const SEARCH_PAGE = 200
/** Searches a second; 5 for an account, one left to others (same page). */
export const SEARCHES_A_SECOND = 4

/** Inputs of a batch read, and of one that asks for property histories (error text "maximum number of inputs ... is 50"). */
export const READ_BATCH = 100
export const HISTORY_BATCH = 50
/** Inputs of a batch read of associations (changelog, batch read limit for associations API). */
export const ASSOCIATION_BATCH = 100
/** Rows of a list that carries no histories (docs/api-reference/crm-deals). */
export const LIST_PAGE = 100
/** Rows of one page of form submissions (docs/legacy/marketing/forms/v1). */
export const SUBMISSION_PAGE = 50

/** Requests in ten seconds: Free and Starter; OAuth apps have 110, Professional 190 (docs/api/usage-details). */
export const REQUESTS_IN_TEN_SECONDS = 100
export const BURST_MS = 10 * SECOND
/** Requests a day: Free and Starter (same page). */
export const REQUESTS_A_DAY = 250_000

/** Signatures are refused from this age on (docs/apps/authentication/request-validation); the future side is ours. */
export const SIGNATURE_TOLERANCE_MS = 5 * MINUTE

/** A locked record: wait at least this long (docs/api-reference/error-handling, 423). */
export const LOCKED_MS = 2 * SECOND

/** One request; the client has no time-out of its own. */
export const REQUEST_MS = 30 * SECOND
/** One question with all its retries; longer waits end it, and the work is taken up again later. */
export const QUESTION_MS = 2 * MINUTE
/** An access token is renewed this long before it ends; it lives for 30 minutes (docs, oauth). */
export const RENEW_EARLY_MS = 2 * MINUTE
/** How long pipelines, forms and the account's details are believed. */
export const REMEMBERED_MS = 10 * MINUTE
/** The first poll looks back this far; what is older is for `backfill`. */
export const FIRST_LOOK_MS = DAY
export const SWEEP_EVERY_MS = 24 * HOUR
