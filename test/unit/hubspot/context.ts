import type { Ctx } from '../../../adapters/hubspot/portal.ts'
import { type Secrets, secrets, settings } from '../../../adapters/hubspot/settings.ts'
import { NOW } from './samples.ts'

/** A context of the adapter with nothing behind it; `logged` collects what it says. */
export function aContext(over: Partial<Ctx> = {}, given: object = {}, logged: string[] = []): Ctx {
  const kept = new Map<string, string>()
  const log = {
    debug() {},
    info() {},
    warn: (_: unknown, event: string) => void logged.push(event),
    error() {},
  }
  return {
    sourceId: 'hs',
    settings: settings.parse(given),
    secrets: async () =>
      someSecrets({ accessToken: ['sandbox-token'], clientSecret: ['sandbox-client-secret'] }),
    now: () => NOW,
    fetch: () => Promise.reject(new Error('nothing is behind this context')),
    log,
    origin: null,
    publicUrl: 'https://hooks.example.com',
    credentials: {
      read: async (name) => kept.get(name) ?? null,
      async renew(name, make) {
        const made = await make(kept.get(name) ?? null)
        kept.set(name, made)
        return made
      },
    },
    siblings: async () => [{ sourceId: 'hs', settings: settings.parse(given) }],
    ...over,
  }
}

export function someSecrets(given: unknown): Secrets {
  return secrets.parse(given)
}
