import { z } from 'zod'
import { ClosebackError } from '../../core/model/errors.ts'
import { TIKTOK_ORIGIN } from '../../core/model/tiktok.ts'
import type { Asked } from '../../core/tiktok/ask.ts'
import { type Advertiser, advertiserInfo, crmList, offlineList, pixelList } from '../../core/tiktok/assets.ts'
import { authorizedAdvertisers } from '../../core/tiktok/oauth.ts'
import type { Closeback } from '../compose.ts'
import type { Grant } from '../tiktok/grants.ts'
import { operation } from './operation.ts'

const Text = z.string().nullable()
const Trouble = z.object({ message: z.string(), remedy: z.string() }).nullable()
const SetShape = z.object({ id: z.string(), name: Text })

const AdvertiserShape = z.object({
  id: z.string(),
  name: Text,
  currency: Text,
  timezone: Text,
  status: Text,
  businessCenterId: Text,
  connectionId: Text.describe('the connection that it has already'),
})

export const getGrant = operation({
  route: 'GET /api/v1/tiktok/grant',
  id: 'getGrant',
  summary: 'Tells which advertisers the token reaches that was brought last, and how one can be brought',
  answers: {
    200: {
      description: 'asked of TikTok now',
      schema: z.object({
        canConsent: z.boolean().describe('a developer app is configured'),
        simulated: z.boolean().describe('this host does not talk to the live TikTok'),
        grant: z
          .object({ from: z.enum(['consent', 'pasted']), advertisers: z.array(AdvertiserShape) })
          .nullable()
          .describe('null: bring a token first'),
        trouble: Trouble.describe('why TikTok does not say more about them'),
      }),
    },
  },
  async act({ actor }, { closeback }) {
    const { config, grants } = closeback
    const grant = await grants.read(actor ?? '')
    const said = {
      canConsent: config.tiktokApp !== null,
      simulated: config.tiktokOrigin !== TIKTOK_ORIGIN,
    }
    if (grant === null) return { status: 200, body: { ...said, grant: null, trouble: null } }
    const { advertisers, trouble } = await advertisersOf(closeback, grant)
    return { status: 200, body: { ...said, grant: { from: grant.from, advertisers }, trouble } }
  },
})

export const postToken = operation({
  route: 'POST /api/v1/tiktok/token',
  id: 'bringToken',
  summary:
    'Brings a token that was made at TikTok by hand; it is kept sealed for an hour, until a connection has it',
  body: z.strictObject({
    token: z
      .string()
      .trim()
      .regex(/^[\x21-\x7e]{1,500}$/, 'paste the token alone, without spaces'),
    advertiserId: z
      .string()
      .trim()
      .regex(/^\d{1,32}$/, 'use the numeric advertiser id')
      .describe('whose it is: a token of Events Manager does not say'),
  }),
  answers: { 204: { description: 'kept; GET /api/v1/tiktok/grant says what it reaches' } },
  async act({ body: { token, advertiserId }, actor }, { closeback: { grants } }) {
    await grants.keep(actor ?? '', { token, advertiserIds: [advertiserId], from: 'pasted' })
    return { status: 204, body: null }
  },
})

export const getEventSets = operation({
  route: 'GET /api/v1/tiktok/event-sets',
  id: 'listEventSets',
  summary: 'Lists the pixels, CRM sets and offline sets of an advertiser, as TikTok does',
  query: z.strictObject({ advertiser: z.string().regex(/^\d{1,32}$/, 'use the numeric advertiser id') }),
  answers: {
    200: {
      description: 'asked of TikTok now',
      schema: z.object({
        web: z.array(SetShape).describe('ids are pixel codes'),
        crm: z.array(SetShape),
        offline: z.array(SetShape),
        trouble: Trouble.describe('why there is no list; ids can be typed by hand'),
      }),
    },
  },
  async act({ query: { advertiser }, actor }, { closeback }) {
    const { tiktok } = closeback
    const token = await readingToken(closeback, actor ?? '', advertiser)
    const call = { token, advertiserId: advertiser }
    const [pixels, crm, offline] = [
      await pixelList(tiktok, call),
      await crmList(tiktok, call),
      await offlineList(tiktok, call),
    ]
    const web = pixels.ok ? pixels.value.map(({ code, name }) => ({ id: code, name })) : []
    return {
      status: 200,
      body: { web, crm: listed(crm), offline: listed(offline), trouble: troubleOf(pixels) },
    }
  },
})

/** The token somebody brought, else that of the connection the advertiser has. */
async function readingToken(closeback: Closeback, actor: string, advertiserId: string): Promise<string> {
  const grant = await closeback.grants.read(actor)
  if (grant?.advertiserIds.includes(advertiserId)) return grant.token
  const { connections } = closeback.store.current.workspace
  const connection = connections.find((each) => each.advertiserId === advertiserId)
  if (connection) return closeback.pipeline.marketingToken(connection.id)
  throw new ClosebackError('not_found', 'There is no token for this advertiser.', {
    remedy: 'Connect it first, or bring a token.',
  })
}

async function advertisersOf({ tiktok, config, store }: Closeback, grant: Grant) {
  const { token } = grant
  let ids = grant.advertiserIds
  if (ids.length === 0 && config.tiktokApp !== null) {
    const { id: appId, secret } = config.tiktokApp
    const authorised = await authorizedAdvertisers(tiktok, { token, appId, secret })
    if (authorised.ok) ids = authorised.value.map(({ id }) => id)
  }
  const info = await advertiserInfo(tiktok, { token, ids })
  const known = new Map(info.ok ? info.value.map((each) => [each.id, each]) : [])
  const { connections } = store.current.workspace
  const advertisers = ids.map((id) => ({
    ...(known.get(id) ?? nameless(id)),
    connectionId: connections.find(({ advertiserId }) => advertiserId === id)?.id ?? null,
  }))
  return { advertisers, trouble: troubleOf(info) }
}

function nameless(id: string): Advertiser {
  return { id, name: null, currency: null, timezone: null, status: null, businessCenterId: null }
}

function listed(sets: Asked<{ id: string; name: string | null }[]>) {
  return sets.ok ? sets.value : []
}

function troubleOf(read: Asked<unknown>) {
  return read.ok ? null : { message: read.verdict.message, remedy: read.verdict.remedy }
}
