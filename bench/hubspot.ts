import { createHmac } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { hydrate } from '../core/pipeline/hydrate.ts'
import { poll } from '../core/pipeline/poll.ts'
import { receive } from '../core/pipeline/receive.ts'
import { type HubSpotSandbox, startHubSpotSandbox } from '../fixtures/sandbox/hubspot/index.ts'
import { type Closeback, compose } from '../server/compose.ts'
import { readConfig } from '../server/config.ts'
import { type Loading, loadingRow } from './loading.ts'
import type { Bench, Row } from './row.ts'
import { temporaryHome } from './spawned.ts'

const SECRET = 'sandbox-client-secret'
const PUBLIC = 'https://closeback.example'
const WON_STAGE = '139921'
const MOST_CALLS = 1.15
const SILENT = { debug() {}, info() {}, warn() {}, error() {} }
/** Every fifth contact came by a TikTok ad: its history is read, too. */
const CLICKED = 5

/** What HubSpot is asked for what happened, against the smallest number that its limits allow; and loading. */
export const hubspot: Bench = async ({ quick }) => {
  const rows = [
    ...(await calls(quick ? 2000 : 10_000, quick ? 400 : 2000)),
    loadingRow('loading with its client', quick ? 3 : 9, WORK),
  ]
  return { rows, notes: [] }
}

async function calls(changed: number, burst: number): Promise<Row[]> {
  const sandbox = await startHubSpotSandbox()
  sandbox.state.switches.set({ 'rate.limits': 'off' })
  const { home, remove } = await temporaryHome()
  const closeback = await open(home, sandbox)
  try {
    await poll(closeback.pipeline)
    await hydrate(closeback.pipeline)
    const ids = someDeals(sandbox, changed)
    // New deals and their people are read first, so that what is counted is the changed deals alone.
    await poll(closeback.pipeline)
    await hydrate(closeback.pipeline)
    const user = sandbox.user()
    for (const id of ids) user.moveDeal(id, WON_STAGE)
    const polled = await counted(sandbox, async () => {
      await poll(closeback.pipeline)
      await hydrate(closeback.pipeline)
    })
    const told = ids.slice(0, burst)
    const heard = await counted(sandbox, async () => {
      await post(closeback, told)
      await hydrate(closeback.pipeline)
    })
    return [
      callsRow(`${changed} changed deals`, polled, Math.ceil(changed / 200) + reads(changed)),
      callsRow(`${burst * 5} events, ${burst} deals`, heard, reads(burst)),
    ]
  } finally {
    await closeback.close()
    await sandbox.close()
    await remove()
    await rm(home, { recursive: true, force: true })
  }
}

/** Deals with history 50 a call, associations and contacts 100, histories of contacts with a click 50. */
function reads(deals: number): number {
  return Math.ceil(deals / 50) + 2 * Math.ceil(deals / 100) + Math.ceil(deals / CLICKED / 50)
}

function callsRow(what: string, made: number, least: number): Row {
  const ratio = least / made
  return {
    what: `calls, ${what}`,
    figure: String(made),
    against: String(least),
    ratio,
    target: '>= 0.87',
    met: made <= least * MOST_CALLS,
  }
}

async function counted(sandbox: HubSpotSandbox, work: () => Promise<void>): Promise<number> {
  const before = sandbox.state.requests.received()
  await work()
  return sandbox.state.requests.received() - before
}

function someDeals(sandbox: HubSpotSandbox, count: number): string[] {
  const user = sandbox.user()
  return Array.from({ length: count }, (_, at) => {
    const click = at % CLICKED === 0 ? { ttclid: `E.C.P.${at}` } : {}
    const contact = user.createContact({ email: `b${at}@example.com`, ...click })
    return user.createDeal({ amount: 100 + at, deal_currency_code: 'USD' }, { contacts: [contact] })
  })
}

/** Five events for each deal, a hundred a request, no two of one deal together. */
async function post(closeback: Closeback, deals: readonly string[]): Promise<void> {
  const now = Date.now()
  const events = Array.from({ length: 5 * deals.length }, (_, at) => ({
    eventId: at,
    portalId: 62515,
    occurredAt: now + at,
    subscriptionType: 'deal.propertyChange',
    objectId: Number(deals[at % deals.length]),
    propertyName: 'dealstage',
    attemptNumber: 0,
  }))
  const url = `${PUBLIC}/hooks/hubspot/hs`
  for (let at = 0; at < events.length; at += 100) {
    const body = Buffer.from(JSON.stringify(events.slice(at, at + 100)))
    const hmac = createHmac('sha256', SECRET).update(`POST${url}`).update(body).update(String(now))
    const headers = {
      'x-hubspot-signature-v3': hmac.digest('base64'),
      'x-hubspot-request-timestamp': String(now),
    }
    await receive(closeback.pipeline, closeback.inbox, 'hs', { method: 'POST', url, headers, body })
  }
}

async function open(home: string, sandbox: HubSpotSandbox): Promise<Closeback> {
  const config = readConfig({
    CLOSEBACK_HOME: home,
    CLOSEBACK_PUBLIC_URL: PUBLIC,
    HUBSPOT_API_URL: sandbox.url,
    HUBSPOT_TOKEN: 'sandbox-token',
    HUBSPOT_CLIENT_SECRET: SECRET,
  })
  const closeback = await compose(config, { log: SILENT, role: 'host' })
  const secrets = { accessToken: { env: 'HUBSPOT_TOKEN' }, clientSecret: { env: 'HUBSPOT_CLIENT_SECRET' } }
  const settings = { requestsInTenSeconds: 1000, requestsADay: 1_000_000, forms: 'none', overlapMinutes: 0 }
  const workspace = { version: 1, sources: [{ id: 'hs', adapter: 'hubspot', secrets, settings }] }
  await closeback.apply(JSON.stringify(workspace), 'bench', { actor: 'bench', prune: false, dryRun: false })
  return closeback
}

const CLIENT = `const { Client } = await import('@hubspot/api-client')
const { crm, marketing } = new Client({ accessToken: 'none' })
void [crm.objects, crm.associations.v4, crm.pipelines, crm.properties, marketing.forms]`

/** What the first call to an account loads; a host has the rest anyway. */
const WORK: Loading = {
  before: "await import('./server/adapters.js'); await import('./core/model/account-day.js')",
  bare: CLIENT,
  ours: `await import('./adapters/hubspot/work.js'); ${CLIENT}`,
}
