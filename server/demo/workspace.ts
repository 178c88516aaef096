/** What the bank says, all the story long; nothing of rupees. */
export const RATES = [
  { from: 'JPY', to: 'USD', rate: '0.0065' },
  { from: 'EUR', to: 'USD', rate: '1.08' },
]

/**
 * The demo's workspace: the ids of the sandbox's built-in account. `startAt` is the beginning of the story, so that
 * nothing of it is "before start".
 */
export function demoWorkspace(startAt: string): string {
  return `version: 1
connections:
  - id: us-brand
    advertiserId: "7000000000000000001"
    currency: USD
    timezone: America/New_York
    eventSets: { web: C4AAAAAAAAAAAAAAAAAA, defaultPageUrl: "https://shop.example/" }
    tokens: { events: { env: TIKTOK_EVENTS_TOKEN } }
    windows: { clickDays: 14, viewDays: 1 }
    startAt: "${startAt}"
sources:
  - id: shop-crm
    adapter: webhook
    secrets: { signing: { env: SHOP_CRM_SECRET } }
    settings: { verify: standard, defaultCountry: US }
  - id: hs
    adapter: hubspot
    secrets: { accessToken: { env: HUBSPOT_TOKEN } }
    settings: { defaultCountry: US }
rules:
  - { id: lead, source: shop-crm, when: { record: form, stage: submitted }, audience: tiktok, send: { event: Lead, to: [us-brand] } }
  - { id: qualified, source: shop-crm, when: { stage: qualified }, audience: tiktok, send: { event: SubmitApplication, to: [us-brand], value: { from: amount, percent: "20" } } }
  - { id: won, source: shop-crm, when: { record: deal, stage: won }, audience: any, send: { event: Purchase, to: [us-brand], value: { from: amount } } }
  - { id: hubspot-lead, source: hs, when: { stage: submitted }, audience: tiktok, send: { event: Lead, to: [us-brand] } }
  - { id: hubspot-won, source: hs, when: { record: deal, stage: won }, audience: any, send: { event: Purchase, to: [us-brand], value: { from: amount } } }
rates:
${RATES.map(({ from, to, rate }) => `  - { date: "${startAt.slice(0, 10)}", from: ${from}, to: ${to}, rate: "${rate}" }`).join('\n')}
`
}
