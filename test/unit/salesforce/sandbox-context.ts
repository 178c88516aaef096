import type { Context } from '../../../adapters/salesforce/client/login.ts'
import { secrets, settings } from '../../../adapters/salesforce/settings.ts'
import type { SalesforceSandbox } from '../../../fixtures/sandbox/salesforce/index.ts'
import { credentials } from './fake-org.ts'

/** A context of a source whose org is the sandbox, living by the sandbox's clock. */
export function sandboxContext(
  sandbox: SalesforceSandbox,
  given: object = {},
): Context & { warned: string[] } {
  const warned: string[] = []
  return {
    warned,
    sourceId: 'sf',
    settings: settings.parse({ sandbox: true, ...given }),
    secrets: async () => secrets.parse({ clientId: ['sandbox-client'], clientSecret: ['sandbox-secret'] }),
    now: () => sandbox.state.clock.now(),
    fetch: globalThis.fetch,
    log: {
      debug() {},
      info() {},
      warn: (_, event) => {
        warned.push(event)
      },
      error() {},
    },
    origin: sandbox.url,
    publicUrl: 'https://closeback.example',
    credentials: credentials(),
    siblings: async () => [],
  }
}
