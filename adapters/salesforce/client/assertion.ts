import { sign } from 'node:crypto'
import { LOGIN_URL, SANDBOX_LOGIN_URL } from '../constants.ts'
import type { Login } from './login.ts'

/** Salesforce takes assertions that end within three minutes (Help, "OAuth 2.0 JWT Bearer Flow"). */
const GOOD_FOR_SECONDS = 120

/** The signed claim of a JWT bearer log-in (RS256). `now` is epoch ms. */
export function assertion({ clientId, username, privateKey, sandbox }: Login, now: number): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const claims = {
    iss: clientId,
    sub: username,
    aud: sandbox ? SANDBOX_LOGIN_URL : LOGIN_URL,
    exp: Math.floor(now / 1000) + GOOD_FOR_SECONDS,
  }
  const signed = `${part({ alg: 'RS256' })}.${part(claims)}`
  return `${signed}.${sign('RSA-SHA256', Buffer.from(signed), privateKey ?? '').toString('base64url')}`
}
