import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Touchpoint } from '../../../core/model/record.ts'
import { cycle } from '../../../core/pipeline/cycle.ts'
import { poll } from '../../../core/pipeline/poll.ts'
import type { HubSpotSandbox } from '../../../fixtures/sandbox/hubspot/index.ts'
import { DEFAULT_SEED } from '../../../fixtures/sandbox/hubspot/seed.ts'
import { type SalesforceSandbox, startSalesforceSandbox } from '../../../fixtures/sandbox/salesforce/index.ts'
import { startTikTokSandbox, type TikTokSandbox } from '../../../fixtures/sandbox/tiktok/index.ts'
import { type Truth, truthOf } from '../../../fixtures/sandbox/tiktok/truth.ts'
import { installSource } from '../../../server/source-install.ts'
import { type Rig, startRig } from '../../e2e/http/rig.ts'
import { workspace as salesforceSettings } from '../../e2e/salesforce/rig.ts'
import { describeInBrowser, useBrowser } from '../../support/browser.ts'
import { hubSpotEnv, hubSpotSettings, startHubSpot, WON_STAGE } from '../../support/hubspot-world.ts'
import { filled, page, TEST_NAMES, useSite } from './site.ts'

const ADVERTISER = '7000000000000000001'
const CAMPAIGN = { id: '1700000000000001', advertiserId: ADVERTISER, name: 'Spring' }
const AD_GROUP = { id: '1700000000000002', campaignId: CAMPAIGN.id, name: 'Everybody' }
const AD = { id: '1700000000000003', adGroupId: AD_GROUP.id, name: 'Kettle' }
const LANDING = '/landing'
const EMAIL = { hubspot: 'ada@example.com', salesforce: 'grace@example.com' }

/** The account's form, asking for the visitor too. */
function hubSpotSeed() {
  const seed = structuredClone(DEFAULT_SEED)
  const form = seed.portals[0]?.forms?.[0]
  form?.fields.push({ name: 'closeback_id', hidden: true })
  return { seed, formId: form?.id ?? '' }
}

describeInBrowser('from the click on an ad to the Purchase at TikTok', () => {
  const browser = useBrowser(TEST_NAMES)
  const site = useSite()
  const { seed, formId } = hubSpotSeed()
  let tiktok: TikTokSandbox
  let hubspot: HubSpotSandbox
  let salesforce: SalesforceSandbox
  let host: Rig
  beforeAll(async () => {
    tiktok = await startTikTokSandbox()
    hubspot = await startHubSpot(seed)
    salesforce = await startSalesforceSandbox()
    const { sources: [hs] = [], rules = [], ...settings } = hubSpotSettings()
    const { sources: [sf] = [], rules: salesforceRules = [] } = salesforceSettings()
    host = await startRig({
      env: {
        TIKTOK_API_URL: tiktok.url,
        SALESFORCE_LOGIN_URL: salesforce.url,
        SF_CLIENT_ID: 'sandbox-client',
        SF_CLIENT_SECRET: 'sandbox-secret',
        SF_HOOK_TOKEN: 'a-token-of-at-least-thirty-two-characters',
        ...hubSpotEnv(hubspot),
      },
      workspace: {
        ...settings,
        sources: [hs, sf],
        rules: [
          ...rules.map((each) => ({ ...each, source: 'hs' })),
          ...salesforceRules.map((each) => ({ ...each, id: 'sf-won' })),
        ],
        capture: { origins: [new URL(site.url('/')).origin] },
      },
    })
    tiktok.state.ads.add({ campaigns: [CAMPAIGN], adGroups: [AD_GROUP], ads: [AD] })
    for (const source of ['hs', 'sf']) {
      const { steps } = await installSource(host.closeback, source, { dryRun: false })
      expect(steps.filter(({ state }) => state === 'failed')).toEqual([])
    }
  })
  afterAll(async () => {
    await host?.end()
    await salesforce?.close()
    await hubspot?.close()
    await tiktok?.close()
  })

  /** Clicks an ad, looks at another page, and sends the form there. */
  async function clickAndSend(ttclid: string, form: string, tag = ''): Promise<void> {
    tiktok.state.ads.add({ clicks: [{ adId: AD.id, at: Date.now(), ttclid }] })
    const told = `data-collect="${host.url}/collect" ${tag}`
    site.pages.set(LANDING, page('<a href="/form">On</a>', { tag: told }))
    site.pages.set('/form', page(form, { tag: told }))
    const visit = await browser.page()
    await visit.goto(site.url(`${LANDING}?ttclid=${ttclid}&utm_source=tiktok&utm_campaign=spring`))
    await visit.click('a')
    await visit.waitForURL('**/form')
    await filled(visit, '[data-click]', ttclid)
    await visit.click('button')
    await visit.waitForURL('**/thanks')
    expect(visit.errors).toEqual([])
  }

  /** Asks a source what changed, and pushes what comes of it. */
  async function take(sourceId: string): Promise<void> {
    const { pipeline } = host.closeback
    const [report] = await poll(pipeline, { sourceId })
    expect(report).toMatchObject({ state: 'done' })
    await cycle({ ...pipeline, jitter: () => Promise.resolve() })
  }

  const purchases = (): Truth[] =>
    truthOf(tiktok.state, ADVERTISER).filter(({ event }) => event === 'Purchase')

  /** Pages of the visits before a deal, which the browser told the host of and no CRM knows. */
  async function pagesBefore(recordId: string): Promise<string[]> {
    const rows = await host.closeback.ledger.db
      .selectFrom('touchpoints')
      .innerJoin('deals', 'deals.id', 'touchpoints.deal_id')
      .select('touchpoints.content')
      .where('deals.record_id', '=', recordId)
      .execute()
    return rows.flatMap(({ content }) => {
      const { pageUrl } = JSON.parse(content) as Touchpoint
      return pageUrl === null ? [] : [new URL(pageUrl).pathname]
    })
  }

  it('by a form of HubSpot, its contact and a deal that is won', async () => {
    await clickAndSend('E.C.P.hubspot', hubSpotForm())
    const user = hubspot.user()
    const contact = user.portal.records.contacts.findBy('email', EMAIL.hubspot)
    expect(contact?.values.ttclid?.value).toBe('E.C.P.hubspot')
    const deal = user.createDeal({ amount: '4200' }, { contacts: [contact?.id ?? ''] })
    user.moveDeal(deal, WON_STAGE)
    await take('hs')
    expect(purchases()).toMatchObject([{ value: 4200, credited: 'ttclid', adId: AD.id }])
    expect(await pagesBefore(deal)).toContain(LANDING)
  })

  it('by web-to-lead, a lead that is converted and an opportunity that is won', async () => {
    const before = purchases().length
    const { form, tag } = webToLead()
    await clickAndSend('E.C.P.salesforce', form, tag)
    const { user, store, clock } = salesforce.state
    const lead = [...store.table('Lead').all()].find(({ Email }) => Email === EMAIL.salesforce)
    expect(lead?.ttclid__c).toBe('E.C.P.salesforce')
    const { opportunityId } = user.convert({ leadId: String(lead?.Id), opportunityName: 'Navy', amount: 900 })
    user.update('Opportunity', opportunityId ?? '', { StageName: 'Closed Won' })
    // What is younger than a minute may still have siblings on their way.
    clock.advance(120_000)
    await take('sf')
    expect(purchases().slice(before)).toMatchObject([{ value: 900, credited: 'ttclid', adId: AD.id }])
    expect(await pagesBefore(opportunityId ?? '')).toContain(LANDING)
  })

  /** As the newer embed puts it into the page, and sends it. */
  function hubSpotForm(): string {
    const [portal] = seed.portals
    return `<form id="f"><input name="0-1/email" value="${EMAIL.hubspot}">
      <input type="hidden" data-click name="0-1/ttclid"><input type="hidden" name="0-1/utm_source">
      <input type="hidden" name="0-1/closeback_id"><button>Send</button></form>
      <script>f.onsubmit = async (event) => {
        event.preventDefault()
        const fields = [...new FormData(f)].map(([name, value]) => ({ objectTypeId: '0-1', name: name.slice(4), value }))
        await fetch('${hubspot.url}/submissions/v3/integration/submit/${portal?.id}/${formId}', {
          method: 'POST', mode: 'no-cors', body: JSON.stringify({ fields, context: { pageUri: location.href } }),
        })
        location = '/thanks'
      }</script>`
  }

  /** As Salesforce generates it, with our fields by their ids. */
  function webToLead(): { form: string; tag: string } {
    const ids = Object.fromEntries(
      salesforce.state.org
        .customFields()
        .filter(({ object }) => object === 'Lead')
        .map(({ id, field }) => [field.name, id.slice(0, 15)]),
    )
    const fields = { ttclid: ids.ttclid__c, closeback_id: ids.closeback_id__c }
    return {
      tag: `data-fields='${JSON.stringify(fields)}'`,
      form: `<form action="${salesforce.url}/servlet/servlet.WebToLead?encoding=UTF-8" method="post">
        <input type="hidden" name="oid" value="${salesforce.state.seed.org.id.slice(0, 15)}">
        <input type="hidden" name="retURL" value="${site.url('/thanks')}">
        <input name="last_name" value="Hopper"><input name="company" value="Navy"><input name="email" value="${EMAIL.salesforce}">
        <input type="hidden" data-click name="${fields.ttclid}"><input type="hidden" name="${fields.closeback_id}"><button>Send</button></form>`,
    }
  }
})
