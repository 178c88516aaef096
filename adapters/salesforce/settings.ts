import { z } from 'zod'
import { currency, defaultCountry } from '../common-settings.ts'
import { id18 } from './ids.ts'

const AUTHS = ['clientCredentials', 'jwt', 'web'] as const

/** The API name of a field: `ttclid__c`, or one of an installed package, `acme__click__c`. */
const apiName = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9_]{0,79}$/, 'use the API name of a field, for example ttclid__c')

const fields = z
  .strictObject({
    ttclid: apiName.default('ttclid__c').describe('the TikTok click id'),
    ttp: apiName.default('ttp__c').describe("the browser's _ttp cookie"),
    clickedAt: apiName.default('tt_clicked_at__c').describe('when the ad was clicked'),
    pageUrl: apiName.default('tt_page_url__c').describe('the page the person came in on'),
    utmSource: apiName.default('utm_source__c').describe('utm_source'),
    utmMedium: apiName.default('utm_medium__c').describe('utm_medium'),
    utmCampaign: apiName.default('utm_campaign__c').describe('utm_campaign'),
    utmContent: apiName.default('utm_content__c').describe('utm_content'),
    utmTerm: apiName.default('utm_term__c').describe('utm_term'),
    utmId: apiName.default('utm_id__c').describe('utm_id, where TikTok writes the campaign'),
    visitor: apiName
      .default('closeback_id__c')
      .describe('the visitor whose visits the capture script told of'),
  })
  .prefault({})
  .describe(
    'API names of our fields on Lead, Contact and Opportunity, where they are not those that install creates',
  )

export const settings = z.strictObject({
  auth: z
    .enum(AUTHS, `use one of ${AUTHS.join(', ')}`)
    .default('clientCredentials')
    .describe('how Closeback logs in: clientCredentials, jwt, or web (a refresh token of the web flow)'),
  loginUrl: z
    .url({
      protocol: /^https?$/,
      error: 'use the address of your My Domain, for example https://acme.my.salesforce.com',
    })
    .transform((url) => new URL(url).origin)
    .describe('your My Domain; SALESFORCE_LOGIN_URL unless set')
    .optional(),
  username: z.string().min(3).max(255).describe('jwt: the integration user').optional(),
  apiVersion: z
    .string()
    .regex(/^(?:4[4-9]|[5-9]\d)\.0$/, 'use a version such as 67.0, at least 44.0')
    .describe('REST API version, where the known one must not be used')
    .optional(),
  sandbox: z
    .boolean()
    .default(false)
    .describe(
      'true for a sandbox org: its deals must not reach the event set of a production pixel by mistake',
    ),
  organizationId: z
    .string()
    .refine(
      (id) => id.startsWith('00D') && id18(id) !== null,
      'use the organisation id, 15 or 18 characters from 00D',
    )
    .transform((id) => id18(id) ?? id)
    .describe('the only organisation to read from and to take outbound messages of')
    .optional(),
  leads: z.boolean().default(true).describe('false to leave leads alone'),
  defaultCurrency: currency
    .describe('currency of a single-currency org, where the API does not tell it')
    .optional(),
  defaultCountry,
  dailyReserve: z
    .number()
    .min(0)
    .max(0.95)
    .default(0.2)
    .describe("share of the org's daily API calls that is left to others, 0.2 unless set"),
  pollMinutes: z
    .int()
    .min(1)
    .max(60)
    .default(2)
    .describe('minutes between two polls; 5 or more in a Developer Edition'),
  changeDataCapture: z
    .boolean()
    .default(false)
    .describe('true to follow change events too, so that a change is read within a second'),
  changeSilenceMinutes: z
    .number()
    .min(1)
    .max(1440)
    .default(15)
    .describe('minutes without a change event after which the subscription is made anew'),
  fields,
  keepFields: z
    .array(apiName)
    .max(50)
    .default([])
    .describe('further fields of Lead and Opportunity that rules may test or take a value from'),
})
export type Settings = z.infer<typeof settings>

const one = (about: string) =>
  z.array(z.string().trim().min(1, 'is empty')).length(1, 'name exactly one').describe(about).optional()

export const secrets = z.strictObject({
  clientId: one('consumer key of the External Client App'),
  clientSecret: one('consumer secret: for clientCredentials, and for web where the app asks for it'),
  privateKey: one('jwt: private key (PEM) of the certificate that was uploaded to the app'),
  refreshToken: one('web: the refresh token of the first authorisation; later ones are kept by Closeback'),
  authorizationCode: one('web: the code of a person who agreed, instead of a refresh token; needed once'),
  hookToken: z
    .array(
      z
        .string()
        .trim()
        .regex(
          /^[A-Za-z0-9_-]{32,200}$/,
          'must be 32 to 200 letters, digits, - or _; make one with: openssl rand -hex 32',
        ),
    )
    .min(1, 'name one token')
    .max(2, 'at most two tokens, the new one and the old one')
    .describe('last part of the address for outbound messages; two while it is changed over')
    .optional(),
})
export type Secrets = z.infer<typeof secrets>
