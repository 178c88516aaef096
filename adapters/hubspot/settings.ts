import { z } from 'zod'
import { currency, defaultCountry, urlParameters } from '../common-settings.ts'
import { REQUESTS_A_DAY, REQUESTS_IN_TEN_SECONDS } from './constants.ts'

const propertyName = z
  .string()
  .regex(/^[a-z][a-z0-9_]{0,99}$/, 'use the internal name of a HubSpot property, for example utm_source')
const names = z.array(propertyName).max(20)
const formId = z.guid('use the id of a HubSpot form, for example 78c2891f-ebdd-44c0-bd94-15c012bbbfbf')

/** Where UTM values stand: property names, the first that has a value counts. */
const utm = z.strictObject({
  source: names.default(['utm_source']),
  medium: names.default(['utm_medium']),
  campaign: names.default(['utm_campaign']),
  content: names.default(['utm_content']),
  term: names.default(['utm_term']),
  id: names.default(['utm_id']),
})

/** Settings of a HubSpot source. */
export const settings = z.strictObject({
  portalId: z
    .union([z.int().positive(), z.string().regex(/^[1-9]\d{0,14}$/, 'use the digits of the account number')])
    .describe('the HubSpot account (Hub ID): needed when one app serves several accounts')
    .optional(),
  clickIds: names
    .default(['ttclid', 'tiktok_click_id', 'hs_tiktok_click_id'])
    .describe(
      'properties that hold a TikTok click id: on the deal first, then on its contact, in this order',
    ),
  ttp: names.default(['ttp']).describe("properties that hold TikTok's cookie _ttp, in this order"),
  utm: utm
    .default(() => utm.parse({}))
    .describe('properties that hold UTM values, for each of source, medium, campaign, content, term and id'),
  eventIds: names
    .default(['tiktok_event_id'])
    .describe('form fields that hold the event id of the pixel, so that TikTok counts a form once'),
  formEvent: z
    .string()
    .min(1)
    .max(50)
    .default('Lead')
    .describe('the event the pixel sends for a form that carries such an id'),
  contactLabel: z
    .string()
    .min(1)
    .max(100)
    .describe('association label of the contact to choose when a deal has several')
    .optional(),
  fields: z
    .array(propertyName)
    .max(50)
    .default([])
    .describe('further deal properties that rules may test or take a value from'),
  forms: z
    .union([z.enum(['all', 'none']), z.array(formId).min(1).max(200)])
    .default('all')
    .describe('whose submissions are read: all, none, or a list of form ids'),
  formsEveryMinutes: z
    .int()
    .min(1)
    .max(1440)
    .default(10)
    .describe('minutes between two looks at the submissions'),
  imports: z
    .enum(['take', 'skip'])
    .default('take')
    .describe('whether stages that an import set count as stage changes'),
  contactChanges: z
    .boolean()
    .default(true)
    .describe('look again at the deals of a contact that changed, for a late e-mail or click id'),
  sweepDays: z
    .int()
    .min(1)
    .max(30)
    .default(3)
    .describe(
      'days that the nightly sweep looks back, for a search index that is late by more than a poll sees',
    ),
  pollSeconds: z.int().min(10).max(3600).default(120).describe('seconds between two polls'),
  overlapMinutes: z
    .int()
    .min(0)
    .max(1440)
    .default(15)
    .describe('how far each poll looks back, because the search index is late'),
  historyDepth: z
    .int()
    .min(1)
    .max(1000)
    .describe(
      'stage entries HubSpot keeps of a deal, where that is known: fuller histories are reported as a gap',
    )
    .optional(),
  requestsInTenSeconds: z
    .int()
    .min(10)
    .max(1000)
    .default(REQUESTS_IN_TEN_SECONDS)
    .describe("the account's limit of requests in ten seconds: 100, 110 for OAuth, 190 from Professional on"),
  requestsADay: z
    .int()
    .min(1000)
    .default(REQUESTS_A_DAY)
    .describe("the most of the account's daily requests this source may use"),
  homeCurrency: currency
    .describe('currency of amounts without one, where the account does not tell its own')
    .optional(),
  defaultCountry,
  keepUrlParameters: urlParameters.describe(
    'URL parameters kept in the page of a form besides ttclid and utm_*',
  ),
})
export type Settings = z.infer<typeof settings>

const one = z
  .array(
    z
      .string()
      .trim()
      .min(8, 'is too short to be one')
      .regex(/^[\x21-\x7e]+$/, 'must be one line without spaces'),
  )
  .min(1)
  .max(2, 'at most two, the new one and the old one')

/**
 * Secrets of a HubSpot source: an access token of a service key or an app for this one account, or what OAuth needs.
 * The client secret also verifies webhooks; two of it are accepted while it is rotated.
 */
export const secrets = z
  .strictObject({
    accessToken: one.describe('token of a service key or a private app (pat-...)').optional(),
    clientId: one.describe('OAuth: client id of the app').optional(),
    clientSecret: one.describe('client secret of the app: verifies webhooks, and OAuth needs it').optional(),
    refreshToken: one.describe('OAuth: refresh token of the installation').optional(),
  })
  .superRefine((given, ctx) => {
    if (given.accessToken) return
    if (!given.refreshToken) {
      ctx.addIssue({
        code: 'custom',
        path: ['accessToken'],
        message: 'is missing: name the token of a service key, or clientId, clientSecret and refreshToken',
      })
      return
    }
    for (const name of ['clientId', 'clientSecret'] as const) {
      if (!given[name])
        ctx.addIssue({ code: 'custom', path: [name], message: 'is missing: OAuth needs it to renew tokens' })
    }
  })
export type Secrets = z.infer<typeof secrets>
