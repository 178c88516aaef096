import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openClient } from '../../../adapters/salesforce/client/client.ts'
import type { Context } from '../../../adapters/salesforce/client/login.ts'
import { install } from '../../../adapters/salesforce/install/install.ts'
import { secrets } from '../../../adapters/salesforce/settings.ts'
import { type SalesforceSandbox, startSalesforceSandbox } from '../../../fixtures/sandbox/salesforce/index.ts'
import { sandboxContext } from '../../unit/salesforce/sandbox-context.ts'

let org: SalesforceSandbox
beforeEach(async () => {
  org = await startSalesforceSandbox()
  org.state.switches.set({ 'token.verifier': 'required' })
})
afterEach(() => org.close())

/** A person opens the address, agrees, and reads the code off the address they end at. */
async function agree(ctx: Context): Promise<string> {
  const [step] = await Array.fromAsync(install({ dryRun: false }, ctx))
  expect(step).toMatchObject({ name: 'authorisation', state: 'by hand' })
  const [url = ''] = /http\S+/.exec(step?.detail ?? '') ?? []
  const answer = await fetch(url, { redirect: 'manual' })
  return new URL(answer.headers.get('location') ?? '').searchParams.get('code') ?? ''
}

function webContext(given: object = {}): Context {
  const ctx = sandboxContext(org, { auth: 'web' })
  ctx.secrets = async () =>
    secrets.parse({ clientId: ['sandbox-client'], clientSecret: ['sandbox-secret'], ...given })
  return ctx
}

describe('the web flow', () => {
  it('takes the code of a person who agreed, once, and lives on by refresh tokens that rotate', async () => {
    const first = webContext()
    const code = await agree(first)
    const ctx = { ...first, secrets: webContext({ authorizationCode: [code] }).secrets }
    const client = await openClient(() => ctx)
    for (let round = 0; round < 3; round++) {
      org.state.sessions.expireAll()
      await client.get('/limits', 'asking')
    }
    // Without the code, as after somebody removed it from the settings.
    const later = await openClient(() => ({ ...first, secrets: webContext().secrets }))
    org.state.sessions.expireAll()
    expect(await later.get('/limits', 'asking')).toHaveProperty('DailyApiRequests')
  })

  it('keeps one session of two hosts that renew at the same moment, where an old token revokes the family', async () => {
    const first = webContext()
    const code = await agree(first)
    const ctx = { ...first, secrets: webContext({ authorizationCode: [code] }).secrets }
    const hosts = [await openClient(() => ctx), await openClient(() => ctx)]
    for (let round = 0; round < 5; round++) {
      org.state.sessions.expireAll()
      await Promise.all(
        hosts.flatMap((host) => [host.get('/limits', 'asking'), host.get('/limits', 'asking')]),
      )
    }
  })

  it('says what to do when the authorisation was taken back', async () => {
    const first = webContext()
    const code = await agree(first)
    const ctx = { ...first, secrets: webContext({ authorizationCode: [code] }).secrets }
    const client = await openClient(() => ctx)
    await fetch(`${org.url}/services/oauth2/revoke`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({
        token: JSON.parse((await ctx.credentials.read('session')) ?? '{}').refreshToken,
      }),
    })
    org.state.sessions.expireAll()
    await expect(client.get('/limits', 'asking')).rejects.toMatchObject({
      kind: 'auth',
      errorCode: 'invalid_grant',
    })
    expect(await agree({ ...ctx, sourceId: 'again' })).not.toBe('')
  })
})
