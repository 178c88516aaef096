import { randomBytes } from 'node:crypto'
import { HOUR, MINUTE, toIso } from '../../core/model/time.ts'
import { cycle } from '../../core/pipeline/cycle.ts'
import { hydrate } from '../../core/pipeline/hydrate.ts'
import { poll } from '../../core/pipeline/poll.ts'
import { startSalesforceSandbox } from '../../fixtures/sandbox/salesforce/index.ts'
import { DEFAULT_SEED } from '../../fixtures/sandbox/salesforce/seed.ts'
import type { Closeback } from '../compose.ts'

const SOURCE = 'acme-salesforce'
/** The ad that the lead of the story clicked. */
export const SALESFORCE_CLICK = 'E.C.P.navy'

/** A simulated Salesforce org beside the shop, where nothing of ours is installed yet. */
export interface DemoOrg {
  url: string
  /** What the host needs to log in. */
  env: Record<string, string>
  /** Connects, installs, and plays a deal from the web form to the Purchase. */
  play(closeback: Closeback, tell: (text: string) => void, moveTo: (at: number) => void): Promise<void>
  close(): Promise<void>
}

/** @param now the clock that the story ends by, epoch ms */
export async function startDemoOrg(now: () => number): Promise<DemoOrg> {
  const org = await startSalesforceSandbox({ seed: { ...DEFAULT_SEED, customFields: [], leadMapping: [] } })
  const { clock, outbound, user } = org.state

  const play: DemoOrg['play'] = async (closeback, tell, moveTo) => {
    const { pipeline } = closeback
    const pass = (ms: number) => {
      moveTo(now() + ms)
      clock.set(now())
    }
    pass(0)
    await closeback.apply(WORKSPACE, 'the Salesforce org of the demo', {
      actor: 'demo',
      prune: false,
      dryRun: false,
    })
    tell(await installed(closeback))
    tell('A web-to-lead form makes a lead that carries the click of an ad.')
    const leadId = user.create('Lead', {
      FirstName: 'Grace',
      LastName: 'Hopper',
      Company: 'Navy',
      Email: 'grace@navy.example',
      ttclid__c: SALESFORCE_CLICK,
      tt_clicked_at__c: toIso(now() - HOUR),
    })
    pass(10 * MINUTE)
    await askNow(closeback)
    tell('Sales converts it; the mapping takes the click to the opportunity.')
    const { opportunityId } = user.convert({
      leadId,
      opportunityName: 'Navy: 40 kettles',
      stageName: 'Proposal',
      amount: 4200,
    })
    pass(10 * MINUTE)
    tell('It is won: one outbound message, and TikTok gets a Purchase.')
    user.update('Opportunity', opportunityId ?? '', { StageName: 'Closed Won' })
    await outbound.send()
    await hydrate(pipeline)
    await cycle({ ...pipeline, jitter: () => Promise.resolve() })
    pass(10 * MINUTE)
    tell('A poll finds the same, and nothing is sent twice.')
    await askNow(closeback)
    await cycle({ ...pipeline, jitter: () => Promise.resolve() })
  }

  return {
    url: org.url,
    env: {
      SALESFORCE_LOGIN_URL: org.url,
      SF_CLIENT_ID: DEFAULT_SEED.app.clientId,
      SF_CLIENT_SECRET: DEFAULT_SEED.app.clientSecret,
      SF_HOOK_TOKEN: randomBytes(32).toString('hex'),
    },
    play,
    close: org.close,
  }
}

/** What `closeback install` prints, in one sentence. */
async function installed({ pipeline }: Closeback): Promise<string> {
  const active = (await pipeline.settings()).sources.get(SOURCE)
  const steps = active?.adapter.install?.({ dryRun: false }, pipeline.adapterContext(active)) ?? []
  const created = (await Array.fromAsync(steps)).filter(({ state }) => state === 'created')
  const fields = created.filter(({ name }) => name.includes('.')).length
  return `A Salesforce org; install makes ${fields} fields and ${created.length - fields} other things.`
}

async function askNow({ pipeline }: Closeback): Promise<void> {
  await poll(pipeline, { sourceId: SOURCE })
  await hydrate(pipeline)
}

const WORKSPACE = `version: 1
sources:
  - id: ${SOURCE}
    adapter: salesforce
    secrets:
      clientId: { env: SF_CLIENT_ID }
      clientSecret: { env: SF_CLIENT_SECRET }
      hookToken: { env: SF_HOOK_TOKEN }
    settings: { sandbox: true }
rules:
  - { id: sf-won, source: ${SOURCE}, when: { record: opportunity, stage: won }, audience: tiktok, send: { event: Purchase, to: [us-brand], value: { from: amount } } }
`
