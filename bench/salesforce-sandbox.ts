import { startSalesforceSandbox } from '../fixtures/sandbox/salesforce/index.ts'

/** Opportunities in the org, each with a history of three stages and a click id. */
const COUNT = Number(process.argv[2])
const DAY = 86_400_000

const { url, state } = await startSalesforceSandbox()
// Said before the org is filled, which takes longer than a start may: requests wait meanwhile.
console.log(`Salesforce simulator listening on ${url}`)
state.switches.set({ 'api.dailyLimit': '1000000', 'session.lifetime': 'never' })
state.user.bulk({
  count: COUNT,
  stages: ['Prospecting', 'Proposal', 'Closed Won'],
  from: Date.now() - DAY,
  everyMs: (DAY - 600_000) / COUNT,
  each: (index) => ({
    Name: `Deal ${index}`,
    Amount: 100 + index,
    CloseDate: '2026-12-31',
    ttclid__c: `E.C.P.${index}`,
  }),
})
