import type { Check } from '../../core/adapter.ts'
import { decodeSecret } from './secret.ts'
import type { Secrets, Settings } from './settings.ts'

/** Standard Webhooks 1.0 asks for 24 to 64 bytes. */
const LEAST_SECRET_BYTES = 24

const MAKE_ONE = 'Make one with: echo "whsec_$(openssl rand -base64 32)", and give it to the sender.'

/** Preflight of a webhook source: everything that can be known without a request. */
export function checkSource(settings: Settings, secrets: Secrets): Check[] {
  const signing = secrets.signing ?? []
  return [checkSecrets(signing), checkRotation(signing), checkCurrency(settings)]
}

function checkSecrets(signing: readonly string[]): Check {
  const name = 'signing secret'
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
  return { name, ok: true, detail: `${keys.length === 1 ? 'One secret is' : 'Two secrets are'} accepted.` }
}

function checkRotation(signing: readonly string[]): Check {
  const name = 'rotation'
  const keys = signing.map((secret) => decodeSecret(secret)?.toString('hex'))
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
