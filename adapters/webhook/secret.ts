const PREFIX = 'whsec_'
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/

/** The key bytes of a signing secret (`whsec_` and base64, the prefix may be missing), or `null` when it is none. */
export function decodeSecret(secret: string): Buffer | null {
  const encoded = secret.startsWith(PREFIX) ? secret.slice(PREFIX.length) : secret
  if (!BASE64.test(encoded)) return null
  const key = Buffer.from(encoded, 'base64')
  return key.length === 0 ? null : key
}

// Stripe's secrets begin the same way and are no base64; what neither system writes is a slip of the clipboard.
const WHSEC_TEXT = /^whsec_[A-Za-z0-9+/_]+={0,2}$/
const LONGEST = 1024

/** Whether a text may be a secret of some scheme; which scheme it has to fit, the settings of its source say. */
export function isSecretText(secret: string): boolean {
  if (secret === '' || secret.length > LONGEST || /\p{Cc}/u.test(secret) || !secret.isWellFormed())
    return false
  return !secret.startsWith(PREFIX) || WHSEC_TEXT.test(secret)
}
