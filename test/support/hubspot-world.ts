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

/** Lets the simulator post to a host whatever happens in its portals. */
export function subscribe(
  sandbox: HubSpotSandbox,
  targetUrl: string,
  how: { automatic?: boolean; connectTo?: string } = {},
): void {
  const { webhooks } = sandbox.state
  Object.assign(webhooks.settings, { targetUrl, ...how })
  for (const kind of ['creation', 'deletion', 'merge', 'restore', 'associationChange'])
    webhooks.subscriptions.add({ subscriptionType: `deal.${kind}` })
  for (const propertyName of ['dealstage', 'amount'])
    webhooks.subscriptions.add({
      subscriptionType: 'object.propertyChange',
      objectTypeId: '0-3',
      propertyName,
    })
  for (const propertyName of ['email', 'ttclid'])
    webhooks.subscriptions.add({ subscriptionType: 'contact.propertyChange', propertyName })
}

export function startHubSpot(seed?: SeedInput): Promise<HubSpotSandbox> {
  return startHubSpotSandbox(seed === undefined ? {} : { seed })
}
