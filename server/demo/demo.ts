import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DAY, HOUR, toIso } from '../../core/model/time.ts'
import { type HubSpotSandbox, startHubSpotSandbox } from '../../fixtures/sandbox/hubspot/index.ts'
import { startTikTokSandbox, type TikTokSandbox } from '../../fixtures/sandbox/tiktok/index.ts'
import { STORY_DAYS } from '../../fixtures/scenarios/weeks.ts'
import { readConfig } from '../config.ts'
import { createLog } from '../log.ts'
import { type Serving, serve } from '../serve.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { addDemoOwner, buildConsole } from './demo-owner.ts'
import { hubSpotEnv, playHubSpot } from './hubspot.ts'
import { play } from './play.ts'
import { advertise, reconcileStory, reconciliationText } from './reconciliation.ts'
import { type DemoOrg, startDemoOrg } from './salesforce.ts'
import { type Shop, startShop } from './shop.ts'
import { summarise, summaryText } from './summary.ts'
import { demoWorkspace } from './workspace.ts'

/** Cycles of the demo's own host while the story is played: it pushes by the story's clock instead. */
const NEVER_MS = 2 ** 31 - 1

export interface DemoOptions {
  /** Ends after the summary. */
  once: boolean
  json: boolean
}

/**
 * A simulated TikTok, a real host, and four weeks of a shop's life by a clock that runs faster than ours. Everything
 * stands in a directory of its own that is removed at the end.
 */
export async function runDemo(terminal: Terminal, { once, json }: DemoOptions): Promise<0 | 1> {
  const home = await mkdtemp(join(tmpdir(), 'closeback-demo-'))
  const secret = `whsec_${randomBytes(32).toString('base64')}`
  const end = Date.now()
  const start = end - STORY_DAYS * DAY
  let sandbox: TikTokSandbox | null = null
  let hubspot: HubSpotSandbox | null = null
  let host: Serving | null = null
  let shop: Shop | null = null
  let org: DemoOrg | null = null
  try {
    sandbox = await startTikTokSandbox()
    const { clock } = sandbox.state
    clock.set(start)
    advertise(sandbox, start)
    org = await startDemoOrg(clock.now)
    hubspot = await startHubSpotSandbox()
    const env = {
      ...terminal.env,
      CLOSEBACK_HOME: home,
      DATABASE_URL: undefined,
      CLOSEBACK_SECRET_KEY: undefined,
      CLOSEBACK_PUBLIC_URL: undefined,
      CLOSEBACK_ALLOW_PRIVATE_URLS: '1',
      PORT: terminal.env.PORT ?? '0',
      TIKTOK_API_URL: sandbox.url,
      TIKTOK_EVENTS_TOKEN: 'sandbox-token',
      SHOP_CRM_SECRET: secret,
      ...org.env,
      ...hubSpotEnv(hubspot),
    }
    const config = readConfig(env)
    // What goes wrong in the story goes wrong on purpose; it is told, not logged.
    const log = createLog(terminal.env.LOG_LEVEL === undefined ? 'silent' : config.logLevel)
    const nothing = () => {}
    host = await serve(config, { out: nothing, err: nothing, log, now: clock.now, everyMs: NEVER_MS })
    const { closeback, url } = host
    await closeback.apply(demoWorkspace(toIso(start)), 'the demo workspace', {
      actor: 'demo',
      prune: false,
      dryRun: false,
    })
    const built = once ? null : buildConsole()
    built?.catch(() => {})
    terminal.err('A shop connects its CRM to TikTok. TikTok is simulated, everything else is real.\n\n')
    const stage = { closeback, sandbox, url, secret, start, moveTo: clock.set }
    const intake = await play(stage, (day, text) =>
      terminal.err(`  day ${String(Math.floor(day) + 1).padStart(2)}  ${text}\n`),
    )
    await playHubSpot(stage, hubspot, (text) => terminal.err(`  day ${STORY_DAYS}  ${text}\n`))
    clock.set(Date.now() - HOUR)
    await org.play(closeback, (text) => terminal.err(`   later  ${text}\n`), clock.set)
    clock.set(Date.now())
    hubspot.state.clock.set(Date.now())

    const summary = await summarise(closeback, sandbox, intake)
    const reconciliation = await reconcileStory(closeback, start)
    terminal.out(
      json
        ? `${JSON.stringify({ ...summary, reconciliation }, null, 2)}\n`
        : summaryText(summary) + reconciliationText(reconciliation),
    )
    if (!once) {
      shop = await startShop({
        closeback,
        url,
        secret,
        sandboxUrl: sandbox.url,
        now: clock.now,
        reconcile: () => reconcileStory(closeback, start),
      })
      await built
      const { email, password } = await addDemoOwner(closeback)
      await stayUp(terminal, {
        home,
        url,
        sandboxUrl: sandbox.url,
        secret,
        shopUrl: shop.url,
        hubSpotUrl: hubspot.url,
        email,
        password,
      })
    }
    return summary.accepted === summary.counted && reconciliation.unexplained?.count === 0 ? 0 : 1
  } finally {
    await shop?.close()
    await host?.stop()
    await org?.close()
    await hubspot?.close()
    await sandbox?.close()
    await rm(home, { recursive: true, force: true })
  }
}

async function stayUp(
  { err, stop }: Terminal,
  {
    home,
    url,
    sandboxUrl,
    secret,
    shopUrl,
    hubSpotUrl,
    email,
    password,
  }: Record<
    'home' | 'url' | 'sandboxUrl' | 'secret' | 'shopUrl' | 'hubSpotUrl' | 'email' | 'password',
    string
  >,
): Promise<void> {
  err(
    [
      '',
      `Open the console:  ${url}`,
      `  sign in as ${email} with the password ${password}`,
      '',
      `Be a customer:  ${shopUrl}`,
      '  click the ad, go on to the checkout and pay; the last page shows your order',
      '  at TikTok and in the three books',
      `See how the click gets there, step by step:  ${url}/capture`,
      `  the landing page is  ${shopUrl}/landing`,
      '',
      'All of it stays up until you press Ctrl+C. In another terminal, look around:',
      '',
      `  export CLOSEBACK_HOME=${home}`,
      `  export TIKTOK_API_URL=${sandboxUrl} TIKTOK_EVENTS_TOKEN=sandbox-token`,
      `  export SHOP_CRM_SECRET=${secret}`,
      `  export HUBSPOT_API_URL=${hubSpotUrl} HUBSPOT_TOKEN=sandbox-token`,
      '  npm run -s closeback -- events',
      '  npm run -s closeback -- explain shop-crm D-6     # won, reopened, won again',
      '  npm run -s closeback -- explain shop-crm D-7     # refused by TikTok',
      '  npm run -s closeback -- explain shop-crm D-14    # held: a rate is missing',
      '  npm run -s closeback -- check hs                 # the HubSpot account',
      '',
      'The simulated TikTok shows what it counted at',
      `${sandboxUrl}/_sandbox/events`,
      '',
    ].join('\n'),
  )
  if (stop.aborted) return
  await new Promise((resolve) => stop.addEventListener('abort', resolve, { once: true }))
}
