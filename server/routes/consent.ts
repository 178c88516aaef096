import type { Request, Response } from 'express'
import { z } from 'zod'
import { beginConsent, endConsent } from '../../core/ledger/oauth-states.ts'
import { ClosebackError } from '../../core/model/errors.ts'
import { MINUTE } from '../../core/model/time.ts'
import { consentUrl, exchangeCode } from '../../core/tiktok/oauth.ts'
import { sessionHash } from '../auth/session-store.ts'
import type { Host } from '../host.ts'
import { operation } from './operation.ts'
import { Name } from './parameters.ts'

/** A code of TikTok's lives an hour at most, ten minutes by some accounts. */
const CONSENT_LIFE_MS = 30 * MINUTE
const CALLBACK = '/oauth/tiktok/callback'

export const beginTikTokConsent = operation({
  route: 'POST /api/v1/tiktok/consent',
  id: 'beginConsent',
  summary: 'Begins a consent at TikTok: where to send the browser of who is signed in',
  body: z.strictObject({
    connection: Name.nullable().default(null).describe('the connection that gets the new token'),
  }),
  answers: {
    200: { description: 'the address at TikTok', schema: z.object({ url: z.string() }) },
    400: { description: 'no developer app is configured, or nobody is signed in' },
  },
  async act({ body: { connection }, req }, { closeback: { config, ledger }, publicUrl }) {
    if (config.tiktokApp === null) {
      throw new ClosebackError('invalid', 'This host has no developer app of TikTok.', {
        remedy: 'Set TIKTOK_APP_ID and TIKTOK_APP_SECRET where it runs, or paste a token.',
      })
    }
    if (req.session?.personId === undefined) {
      throw new ClosebackError('invalid', 'A consent belongs to somebody who is signed in.', {
        remedy: 'Sign in to the console; a key can bring a token instead.',
      })
    }
    const said = { sessionHash: sessionHash(req.sessionID), connectionId: connection }
    const state = await beginConsent(ledger.db, said, { now: ledger.now(), lifeMs: CONSENT_LIFE_MS })
    const redirectUri = publicUrl() + CALLBACK
    return {
      status: 200,
      body: { url: consentUrl(config.tiktokOrigin, { appId: config.tiktokApp.id, state, redirectUri }) },
    }
  },
})

/** What the console says when a consent did not work. */
type Trouble = 'state' | 'denied' | 'code' | 'unavailable'

/**
 * `GET /oauth/tiktok/callback`: whoever brings the state that this very browser began with brings a token. Everything else
 * changes nothing, and a state is used up by the first try.
 */
export function consentCallback(host: Host) {
  return async (req: Request, res: Response): Promise<void> => {
    res.setHeader('cache-control', 'no-store')
    // The code is in this address: no page behind it may hand it on.
    res.setHeader('referrer-policy', 'no-referrer')
    const { connectionId, trouble } = await take(host, req)
    const query = new URLSearchParams({
      ...(trouble ? { trouble } : { granted: '1' }),
      ...(connectionId && { connection: connectionId }),
    })
    const base = new URL(host.publicUrl()).pathname.replace(/\/+$/, '')
    res.redirect(303, `${base}/connections/new?${query}`)
  }
}

async function take(
  { closeback }: Host,
  req: Request,
): Promise<{ connectionId: string | null; trouble: Trouble | null }> {
  const { config, ledger, tiktok, grants, pipeline } = closeback
  const { state, auth_code: code } = req.query
  const personId = req.session?.personId
  const begun = typeof state === 'string' ? await endConsent(ledger.db, state, ledger.now()) : null
  const isOurs = begun !== null && personId !== undefined && begun.sessionHash === sessionHash(req.sessionID)
  if (!isOurs || config.tiktokApp === null) return { connectionId: null, trouble: 'state' }
  const { connectionId } = begun
  if (typeof code !== 'string' || code === '') return { connectionId, trouble: 'denied' }
  const exchanged = await exchangeCode(tiktok, { app: config.tiktokApp, code })
  if (!exchanged.ok) {
    pipeline.log.warn({ code: exchanged.verdict.code }, 'consent_failed')
    return { connectionId, trouble: exchanged.verdict.outcome === 'unknown' ? 'unavailable' : 'code' }
  }
  await grants.keep(personId, { ...exchanged.value, from: 'consent' })
  return { connectionId, trouble: null }
}
