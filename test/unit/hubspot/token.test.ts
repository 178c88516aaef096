import { describe, expect, it } from 'vitest'
import { accessToken } from '../../../adapters/hubspot/token.ts'
import { aContext, someSecrets } from './context.ts'
import { NOW } from './samples.ts'

const OAUTH = { clientId: ['client-id'], clientSecret: ['client-secret'], refreshToken: ['refresh-1'] }

/** HubSpot's token endpoint: each refresh token works once, the next one is in the answer. */
function tokenEndpoint(first = 'refresh-1') {
  let good = first
  const asked: string[] = []
  const fetch = async (url: string | URL | Request, init?: RequestInit) => {
    const form = new URLSearchParams(String(init?.body))
    asked.push(`${url} ${form.get('refresh_token')}`)
    if (form.get('refresh_token') !== good)
      return Response.json(
        { error: 'invalid_grant', status: 'BAD_REFRESH_TOKEN', message: 'x' },
        { status: 400 },
      )
    good = `refresh-${asked.length + 1}`
    return Response.json({
      token_type: 'bearer',
      access_token: `access-${asked.length}`,
      refresh_token: good,
      expires_in: 1800,
    })
  }
  return { fetch: fetch as typeof globalThis.fetch, asked }
}

describe('the access token', () => {
  it('of a service key or private app is the one of the settings', async () => {
    expect(await accessToken(aContext())).toEqual({ text: 'sandbox-token', renewable: false })
  })

  it('is asked from the current endpoint, kept, and renewed early with the rotated refresh token', async () => {
    const { fetch, asked } = tokenEndpoint()
    let now = NOW
    const ctx = aContext({ fetch, now: () => now, secrets: async () => someSecrets(OAUTH) })
    expect(await accessToken(ctx)).toEqual({ text: 'access-1', renewable: true })
    expect((await accessToken(ctx)).text).toBe('access-1')
    now += 29 * 60_000
    expect((await accessToken(ctx)).text).toBe('access-2')
    expect(asked).toEqual([
      'https://api.hubapi.com/oauth/2026-03/token refresh-1',
      'https://api.hubapi.com/oauth/2026-03/token refresh-2',
    ])
  })

  it('is made anew when HubSpot refuses it, but not when another host just did', async () => {
    const { fetch, asked } = tokenEndpoint()
    const ctx = aContext({ fetch, secrets: async () => someSecrets(OAUTH) })
    const { text } = await accessToken(ctx)
    expect((await accessToken(ctx, text)).text).toBe('access-2')
    expect((await accessToken(ctx, text)).text).toBe('access-2')
    expect(asked).toHaveLength(2)
  })

  it('begins again with the refresh token of a new installation', async () => {
    const { fetch } = tokenEndpoint('refresh-new')
    const ctx = aContext({ fetch, secrets: async () => someSecrets(OAUTH) })
    await expect(accessToken(ctx)).rejects.toThrow(/does not renew/)
    const again = { ...ctx, secrets: async () => someSecrets({ ...OAUTH, refreshToken: ['refresh-new'] }) }
    expect((await accessToken(again)).renewable).toBe(true)
  })

  it.each([
    [
      'a refused grant',
      () => Response.json({ status: 'BAD_REFRESH_TOKEN' }, { status: 400 }),
      'config',
      /Install the app/,
    ],
    ['wrong credentials', () => Response.json({}, { status: 401 }), 'config', /clientSecret/],
    ['a page', () => new Response('<html>', { status: 502 }), 'unavailable', /tried again/],
    ['an empty answer', () => new Response('', { status: 200 }), 'unavailable', /tried again/],
  ])('%s is an error with its remedy', async (_, answer, code, remedy) => {
    const ctx = aContext({ fetch: async () => answer(), secrets: async () => someSecrets(OAUTH) })
    await expect(accessToken(ctx)).rejects.toMatchObject({ code, remedy: expect.stringMatching(remedy) })
  })
})

describe('secrets', () => {
  it.each([
    ['nothing', {}, 'accessToken'],
    ['a refresh token alone', { refreshToken: ['refresh-1'] }, 'clientId'],
    ['a token with a space', { accessToken: ['pat na1'] }, 'accessToken'],
  ])('with %s are refused, and the place is named', (_, given, path) => {
    expect(() => someSecrets(given)).toThrow(path)
  })
})
