import { rm } from 'node:fs/promises'
import type { WorkspaceInput } from '../../../core/model/workspace.ts'
import { poll } from '../../../core/pipeline/poll.ts'
import type { HubSpotSandbox } from '../../../fixtures/sandbox/hubspot/index.ts'
import type { SeedInput } from '../../../fixtures/sandbox/hubspot/seed.ts'
import { startTikTokSandbox, type TikTokSandbox } from '../../../fixtures/sandbox/tiktok/index.ts'
import { readConfig } from '../../../server/config.ts'
import { type Serving, serve } from '../../../server/serve.ts'
import { hubSpotEnv, hubSpotSettings, startHubSpot } from '../../support/hubspot-world.ts'
import { temporaryDirectory } from '../../support/temporary.ts'

/** A real host between a simulated HubSpot and a simulated TikTok, all on the machine's clock. */
export interface HubSpotRig {
  hubspot: HubSpotSandbox
  tiktok: TikTokSandbox
  host: Serving
  logged: string[]
  /** Asks HubSpot what changed, as the host does when its time has come. */
  poll(): Promise<void>
  close(): Promise<void>
}

export async function startHubSpotRig(
  options: { seed?: SeedInput; workspace?: WorkspaceInput; env?: Record<string, string> } = {},
): Promise<HubSpotRig> {
  const [hubspot, tiktok, home] = await Promise.all([
    startHubSpot(options.seed),
    startTikTokSandbox(),
    temporaryDirectory(),
  ])
  const config = readConfig({
    CLOSEBACK_HOME: home,
    PORT: '0',
    TIKTOK_API_URL: tiktok.url,
    TIKTOK_EVENTS_TOKEN: 'sandbox-token',
    ...hubSpotEnv(hubspot),
    ...options.env,
  })
  const logged: string[] = []
  const at = (level: string) => (facts: object, event: string) =>
    void logged.push(`${level} ${event} ${JSON.stringify(facts)}`)
  const log = { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
  const silent = () => {}
  const host = await serve(config, { out: silent, err: silent, log, everyMs: 250 })
  const settings = JSON.stringify(options.workspace ?? hubSpotSettings())
  await host.closeback.apply(settings, 'test', { actor: 'test', prune: false, dryRun: false })
  return {
    hubspot,
    tiktok,
    host,
    logged,
    async poll() {
      for (const { state, error } of await poll(host.closeback.pipeline)) {
        if (state === 'failed') throw new Error(error?.message)
      }
    },
    async close() {
      await host.stop()
      await hubspot.close()
      await tiktok.close()
      await rm(home, { recursive: true, force: true })
    },
  }
}
