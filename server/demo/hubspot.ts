import { ClosebackError } from '../../core/model/errors.ts'
import { MINUTE } from '../../core/model/time.ts'
import { cycle } from '../../core/pipeline/cycle.ts'
import { poll } from '../../core/pipeline/poll.ts'
import type { HubSpotSandbox } from '../../fixtures/sandbox/hubspot/index.ts'
import type { Stage } from './play.ts'

/** The demo's HubSpot source; its rules stand behind those of the shop. */
const HUBSPOT_SOURCE = 'hs'
/** The ad that the visitor of the story clicked. */
export const HUBSPOT_CLICK = 'E.C.P.CtgBDemoClickOfGrace'

/** What the host needs to find the simulated account. */
export function hubSpotEnv(sandbox: HubSpotSandbox): Record<string, string> {
  return { HUBSPOT_API_URL: sandbox.url, HUBSPOT_TOKEN: 'sandbox-token' }
}

// The won stage of the simulated account: its literal id "closedwon" was relabelled, as in real portals.
const WON_STAGE = '139921'
const QUALIFIED_STAGE = 'qualifiedtobuy'

/** The last hours of the story, in HubSpot: seen by polling alone, because nothing posts from here. */
export async function playHubSpot(
  stage: Stage,
  hubspot: HubSpotSandbox,
  tell: (text: string) => void,
): Promise<void> {
  hubspot.state.clock.set(stage.closeback.ledger.now())
  const user = hubspot.user()
  const form = user.portal.seed.forms[0]?.id ?? ''
  const lead = { email: 'grace@example.com', firstname: 'Grace', lastname: 'H' }

  tell('HubSpot: a visitor from an ad asks for a demo; the form has the click.')
  const pageUrl = `https://shop.example/demo?ttclid=${HUBSPOT_CLICK}&utm_source=tiktok&utm_campaign=spring`
  user.submitForm(form, lead, { pageUrl })
  await look(stage, hubspot)

  tell('HubSpot: a salesperson makes a deal of it and moves it on.')
  const grace = user.portal.records.contacts.findBy('email', lead.email)?.id ?? ''
  const deal = user.createDeal({ dealname: 'Demo deal', amount: '4800' }, { contacts: [grace] })
  user.moveDeal(deal, QUALIFIED_STAGE)
  await look(stage, hubspot)

  tell('HubSpot: the deal is won, and so is one that nobody is the contact of.')
  user.moveDeal(deal, WON_STAGE)
  const lonely = user.createDeal({ dealname: 'Deal without a contact', amount: '950' })
  user.moveDeal(lonely, WON_STAGE)
  await look(stage, hubspot)

  tell('HubSpot: a contact arrives, and the waiting deal goes to TikTok.')
  user.associate(lonely, user.createContact({ email: 'late@example.com' }))
  await look(stage, hubspot)
}

/** A few minutes pass; then the host asks what changed, and pushes. */
async function look({ closeback, moveTo }: Stage, hubspot: HubSpotSandbox): Promise<void> {
  const at = closeback.ledger.now() + 10 * MINUTE
  moveTo(at)
  hubspot.state.clock.set(at)
  const [report] = await poll(closeback.pipeline, { sourceId: HUBSPOT_SOURCE })
  if (report?.state === 'failed')
    throw new ClosebackError('unavailable', `The demo could not read HubSpot: ${report.error?.message}`, {
      remedy: 'Run it again; if it stays, look at the lines above.',
    })
  await cycle({ ...closeback.pipeline, jitter: () => Promise.resolve() })
}
