import { hash } from 'node:crypto'
import { z } from 'zod'
import type { AdapterContext } from '../../core/adapter.ts'
import { ClosebackError } from '../../core/model/errors.ts'
import { HUBSPOT_ORIGIN, RENEW_EARLY_MS, REQUEST_MS, TOKEN_PATH } from './constants.ts'
import { failureOf, toError } from './failure.ts'
import type { Secrets, Settings } from './settings.ts'

const NAME = 'oauth'

/** What is kept, sealed: the pair that HubSpot gave last. */
const keptSchema = z.object({
  accessToken: z.string(),
  refreshToken: z.string(),
  /** Epoch ms. */
  expiresAt: z.number(),
  /** Digest of the refresh token the operator gave: another one means that the app was connected again. */
  from: z.string(),
})
type Kept = z.infer<typeof keptSchema>

const answerSchema = z.object({
  access_token: z.string().min(1),
  refresh_token: z.string().min(1).optional(),
  expires_in: z.number().positive(),
})

export interface Token {
  text: string
  /** It can be made anew when HubSpot refuses it. */
  renewable: boolean
}

/**
 * The access token as it stands: the one of the settings, or one by OAuth that is renewed early, by one host at a time.
 *
 * @param refused a token HubSpot has just refused: a new one is made of it even if it should still be good
 */
export async function accessToken(ctx: AdapterContext<Settings, Secrets>, refused?: string): Promise<Token> {
  const secrets = await ctx.secrets()
  const [given] = secrets.accessToken ?? []
  if (given !== undefined) return { text: given, renewable: false }
  const from = hash('sha256', secrets.refreshToken?.[0] ?? '')
  const isGood = (kept: Kept) =>
    kept.from === from && kept.accessToken !== refused && kept.expiresAt - RENEW_EARLY_MS > ctx.now()
  const known = read(await ctx.credentials.read(NAME))
  if (known && isGood(known)) return { text: known.accessToken, renewable: true }
  const renewed = await ctx.credentials.renew(NAME, async (text) => {
    const kept = read(text)
    if (kept && isGood(kept)) return JSON.stringify(kept)
    const own = kept?.from === from ? kept.refreshToken : undefined
    return JSON.stringify({ ...(await exchange(ctx, secrets, own)), from })
  })
  return { text: keptSchema.parse(JSON.parse(renewed)).accessToken, renewable: true }
}

async function exchange(
  ctx: AdapterContext<Settings, Secrets>,
  { clientId, clientSecret, refreshToken }: Secrets,
  newer: string | undefined,
): Promise<Omit<Kept, 'from'>> {
  const refresh = newer ?? refreshToken?.[0] ?? ''
  const answer = await ctx
    .fetch(`${ctx.origin ?? HUBSPOT_ORIGIN}${TOKEN_PATH}`, {
      method: 'POST',
      redirect: 'error',
      body: new URLSearchParams({
        grant_type: 'refresh_token',
        client_id: clientId?.[0] ?? '',
        client_secret: clientSecret?.[0] ?? '',
        refresh_token: refresh,
      }),
      signal: AbortSignal.timeout(REQUEST_MS),
    })
    .catch((thrown: unknown) => {
      throw toError(failureOf(thrown), 'renewing the access token')
    })
  const body: unknown = await answer.json().catch(() => null)
  if (answer.ok) {
    const read = answerSchema.safeParse(body)
    if (!read.success) throw toError(failureOf(null), 'renewing the access token')
    return {
      accessToken: read.data.access_token,
      refreshToken: read.data.refresh_token ?? refresh,
      expiresAt: ctx.now() + read.data.expires_in * 1000,
    }
  }
  const status: unknown = Reflect.get(Object(body), 'status')
  if (answer.status >= 500 || answer.status === 429)
    throw toError(
      failureOf({ code: answer.status, body, headers: Object.fromEntries(answer.headers) }),
      'renewing the access token',
    )
  throw new ClosebackError('config', `HubSpot does not renew the access token (${answer.status}).`, {
    remedy:
      status === 'BAD_REFRESH_TOKEN'
        ? 'Install the app in this account again and set the new refreshToken.'
        : 'Check clientId, clientSecret and refreshToken: all three belong to one app.',
  })
}

function read(text: string | null): Kept | null {
  if (text === null) return null
  const parsed = keptSchema.safeParse(JSON.parse(text))
  return parsed.success ? parsed.data : null
}
