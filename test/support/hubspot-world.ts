import type { WorkspaceInput } from '../../core/model/workspace.ts'
import { type HubSpotSandbox, startHubSpotSandbox } from '../../fixtures/sandbox/hubspot/index.ts'
import type { SeedInput } from '../../fixtures/sandbox/hubspot/seed.ts'
import { connection, rule } from './samples.ts'

/** The won stage of the simulator's first pipeline: its literal ids mean something else, as in real portals. */
export const WON_STAGE = '139921'

/** Settings with one HubSpot source and rules for won deals and submitted forms. */
export function hubSpotSettings(given: Partial<WorkspaceInput> = {}, settings: object = {}): WorkspaceInput {
  const secrets = { accessToken: { env: 'HUBSPOT_TOKEN' }, clientSecret: { env: 'HUBSPOT_CLIENT_SECRET' } }
  return {
    version: 1,
    connections: [connection({ startAt: '2020-01-01T00:00:00Z' })],
    sources: [{ id: 'hs', adapter: 'hubspot', secrets, settings: { defaultCountry: 'US', ...settings } }],
    rules: [
      rule({ when: { stage: 'won', record: 'deal' } }),
      {
        id: 'form',
        source: 'hs',
        when: { stage: 'submitted' },
        audience: 'any',
        send: { event: 'Lead', to: ['us-brand'] },
      },
    ],
    ...given,
  }
}

/** What a host needs to find the simulator. */
export function hubSpotEnv(sandbox: HubSpotSandbox): Record<string, string> {
  return {
    HUBSPOT_API_URL: sandbox.url,
    HUBSPOT_TOKEN: 'sandbox-token',
    HUBSPOT_CLIENT_SECRET: 'sandbox-client-secret',
  }
}

export function startHubSpot(seed?: SeedInput): Promise<HubSpotSandbox> {
  return startHubSpotSandbox(seed === undefined ? {} : { seed })
}
