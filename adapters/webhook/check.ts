import type { Check } from '../../core/adapter.ts'
import { planOf } from './map/plan.ts'
import { decodeSecret } from './secret.ts'
import type { Secrets, Settings } from './settings.ts'
import { type Scheme, schemeOf } from './verify-sender.ts'

/** Typeform's own guide makes 20 bytes in hex, WooCommerce 50 characters; a person's password is not enough. */
const LEAST_SHARED = 12

/** Standard Webhooks 1.0 asks for 24 to 64 bytes. */
const LEAST_SECRET_BYTES = 24

const MAKE_ONE = 'Make one with: echo "whsec_$(openssl rand -base64 32)", and give it to the sender.'

/** Preflight of a webhook source: everything that can be known without a request. */
export function checkSource(settings: Settings, secrets: Secrets): Check[] {
  const signing = secrets.signing ?? []
  const { verify } = schemeOf(settings)
  const judged = verify === 'standard' ? checkStandard(signing) : checkShared(signing, verify)
  return [judged, checkRotation(signing), checkCurrency(settings), ...checkFieldMap(settings)]
}

const NAME = 'signing secret'

/** A secret that both sides hold as text, whoever made it. */
function checkShared(signing: readonly string[], verify: Scheme['verify']): Check {
  const basic = verify === 'basic'
  const remedy = basic
    ? 'Choose a user and a password, enter them at the sender, and set "user:password" as the signing secret.'
    : 'Copy the secret that the sender shows for this webhook; where it lets you choose, make one with: openssl rand -hex 32'
  const failed = (detail: string): Check => ({
    name: NAME,
    ok: false,
    detail,
    remedy: `${remedy}.`.replace('..', '.'),
  })
  if (signing.length === 0) return failed('No signing secret is set: every request is refused.')
  if (basic && !signing.every((secret) => /^[^:]+:./.test(secret)))
    return failed('A signing secret is not user:password.')
  const guessable = signing.some((secret) => secret.slice(secret.indexOf(':') + 1).length < LEAST_SHARED)
  if (guessable)
    return failed(`A signing secret has fewer than ${LEAST_SHARED} characters, which can be guessed.`)
  return { name: NAME, ok: true, detail: accepted(signing.length) }
}

function checkFieldMap(settings: Settings): Check[] {
  if (planOf(settings) === null) return []
  const detail = settings.sample
    ? 'The sample becomes a valid item.'
    : 'No sample is set, so nothing is known about the pointers of the map before the first body.'
  return [{ name: 'field map', ok: true, detail }]
}

function accepted(count: number): string {
  return `${count === 1 ? 'One secret is' : 'Two secrets are'} accepted.`
}

function checkStandard(signing: readonly string[]): Check {
  const name = NAME
  const keys = signing.map(decodeSecret)
  if (keys.length === 0)
    return {
      name,
      ok: false,
      detail: 'No signing secret is set: every request is refused.',
      remedy: MAKE_ONE,
    }
  if (keys.includes(null))
    return { name, ok: false, detail: 'A signing secret is not whsec_ and base64.', remedy: MAKE_ONE }
  if (keys.some((key) => key !== null && key.length < LEAST_SECRET_BYTES))
    return {
      name,
      ok: false,
      detail: `A signing secret has fewer than ${LEAST_SECRET_BYTES} bytes, which can be guessed.`,
      remedy: MAKE_ONE,
    }
  return { name, ok: true, detail: accepted(keys.length) }
}

function checkRotation(signing: readonly string[]): Check {
  const name = 'rotation'
  const keys = signing.map((secret) => decodeSecret(secret)?.toString('hex') ?? secret)
  if (keys.length > 1 && new Set(keys).size < keys.length)
    return {
      name,
      ok: false,
      detail: 'Both signing secrets are the same.',
      remedy: 'Put the new secret first and the old one second, or name one only.',
    }
  return {
    name,
    ok: true,
    detail: keys.length > 1 ? 'Remove the old secret when the sender has changed over.' : 'Not under way.',
  }
}

function checkCurrency({ defaultCurrency }: Settings): Check {
  const detail = defaultCurrency
    ? `Amounts without a currency are ${defaultCurrency}.`
    : 'Every amount must name its currency; set defaultCurrency if the sender cannot.'
  return { name: 'currency', ok: true, detail }
}
