import { createServer } from 'node:http'
import { text } from 'node:stream/consumers'
import { poll } from '../../../core/pipeline/poll.ts'
import { receive } from '../../../core/pipeline/receive.ts'
import type { HubSpotSandbox } from '../../../fixtures/sandbox/hubspot/index.ts'
import {
  hubSpotEnv,
  hubSpotSettings,
  startHubSpot,
  subscribe,
  WON_STAGE,
} from '../../support/hubspot-world.ts'
import { type Pair, startPair } from '../../support/pair.ts'
import type { Step } from './story.ts'

/** What HubSpot signs; the requests go to a socket of the test. */
const PUBLIC = 'https://closeback.example/hooks/hubspot/hs'

const STAGES = ['appointmentscheduled', 'qualifiedtobuy', 'closedwon', WON_STAGE, '139922', '90001', '90002']

/** What really happened to a deal: every stage it entered, and when. */
interface TrueDeal {
  id: string
  entries: string[]
  state: 'there' | 'archived' | 'merged'
  /** Its history was mixed with another's. */
  mixed: boolean
}

/** A portal, what really happened in it, and a Closeback that has to find out; all on one clock that stands still. */
export interface World {
  pair: Pair
  hubspot: HubSpotSandbox
  deals: TrueDeal[]
  happen(step: Step): Promise<void>
  /** Time passes everywhere. */
  pass(ms: number): void
  /** A day later, with nothing in the way any more, everything must be known. */
  settle(): Promise<void>
  /** All webhooks that are left arrive, and are read. */
  hear(): Promise<void>
  close(): Promise<void>
}

export async function startWorld(
  timing: { pass: (ms: number) => void },
  { webhooks }: { webhooks: boolean },
): Promise<World> {
  const hubspot = await startHubSpot()
  const pair = await startPair({ env: hubSpotEnv(hubspot), settings: hubSpotSettings() })
  const { state } = hubspot
  state.clock.freeze()
  state.clock.set(pair.clock.now())
  state.switches.set({ 'rate.clock': "the sandbox's" })
  const user = hubspot.user()
  const deals: TrueDeal[] = []
  const contacts: string[] = []

  const pass = (ms: number) => {
    pair.clock.pass(ms)
    state.clock.advance(ms)
  }
  timing.pass = pass

  const hook = await listenFor(() => pair)
  if (webhooks) subscribe(hubspot, PUBLIC, { connectTo: hook.url })

  const pick = <T>(list: readonly T[], index: number): T | undefined => list[index % Math.max(1, list.length)]
  const dealAt = (index: number, state: TrueDeal['state'] = 'there') =>
    pick(
      deals.filter((deal) => deal.state === state),
      index,
    )
  const recordOf = (id: string) => user.portal.records.deals.find(id)

  function note(deal: TrueDeal): void {
    const entered = recordOf(deal.id)?.values.dealstage
    if (entered) deal.entries.push(`${deal.id}:${entered.value}:${entered.at}`)
  }

  async function pollPages(pages: number): Promise<void> {
    let left = pages
    await poll(pair.closeback.pipeline, { sourceId: 'hs', mayContinue: () => --left > 0 })
  }

  async function happen(step: Step): Promise<void> {
    // Everything in a moment of its own, as in a real portal.
    pass(1)
    switch (step.do) {
      case 'create': {
        const person = step.contact ? [user.createContact({ email: `p${contacts.length}@example.com` })] : []
        contacts.push(...person)
        const values = step.amount === null ? {} : { amount: step.amount }
        const deal: TrueDeal = {
          id: user.createDeal(values, { contacts: person }),
          entries: [],
          state: 'there',
          mixed: false,
        }
        deals.push(deal)
        note(deal)
        return
      }
      case 'move': {
        const deal = dealAt(step.deal)
        const stage = pick(STAGES, step.stage) as string
        if (!deal || recordOf(deal.id)?.values.dealstage?.value === stage) return
        user.moveDeal(deal.id, stage)
        note(deal)
        return
      }
      case 'amount': {
        const deal = dealAt(step.deal)
        if (deal) user.update('deals', deal.id, { amount: step.amount })
        return
      }
      case 'associate': {
        const deal = dealAt(step.deal)
        if (!deal) return
        const contact = user.createContact({ email: `p${contacts.length}@example.com` })
        contacts.push(contact)
        user.associate(deal.id, contact)
        return
      }
      case 'click': {
        const contact = pick(contacts, step.contact)
        if (contact !== undefined) user.update('contacts', contact, { ttclid: `E.C.P.${contact}` })
        return
      }
      case 'merge': {
        const deal = dealAt(step.deal)
        const other = dealAt(step.other)
        if (!deal || !other || deal === other) return
        user.merge('deals', deal.id, other.id)
        other.state = 'merged'
        deal.mixed = true
        return
      }
      case 'archive': {
        const deal = dealAt(step.deal)
        if (!deal) return
        user.archive('deals', deal.id)
        deal.state = 'archived'
        return
      }
      case 'restore': {
        const deal = dealAt(step.deal, 'archived')
        if (!deal) return
        user.restore('deals', deal.id)
        deal.state = 'there'
        return
      }
      case 'pass':
        return pass(step.seconds * 1000)
      case 'poll':
        return pollPages(step.pages)
      case 'deliver':
        // A lost event comes never; what is lost on the way there comes again by HubSpot's own clock.
        state.webhooks.setMischief({
          shuffle: true,
          duplicate: 0.3,
          drop: step.drop ? 0.5 : 0,
          seed: step.seed,
        })
        await state.webhooks.deliver()
        return
      case 'cycle':
        await pair.cycle()
        return
      case 'crash':
        return pair.reopen()
      case 'fault':
        state.faults.append([{ kind: 'envelope', code: step.code, times: step.times }])
        return
      case 'lag':
        state.switches.set({ 'search.lag': `${step.seconds} s` })
    }
  }

  // As a host does when the source is there: later polls go on from this one.
  await pollPages(Number.POSITIVE_INFINITY)
  return {
    pair,
    hubspot,
    deals,
    happen,
    pass,
    async settle() {
      state.faults.clear()
      state.webhooks.setMischief({})
      if (webhooks) await state.webhooks.deliver()
      // Longer than the index is late, than a sweep is away, and than a failed ticket waits.
      pass(26 * 3_600_000)
      await pollPages(Number.POSITIVE_INFINITY)
      await pair.cycle()
      pass(5 * 3_600_000)
      await pair.cycle()
    },
    async hear() {
      state.faults.clear()
      state.webhooks.setMischief({})
      pass(86_400_000)
      await state.webhooks.deliver()
      await pair.cycle()
      pass(5 * 3_600_000)
      await pair.cycle()
    },
    async close() {
      await hook.close()
      await pair.close()
      await hubspot.close()
    },
  }
}

/** The door of the host as it stands, also after it was opened anew. */
async function listenFor(pair: () => Pair): Promise<{ url: string; close(): Promise<void> }> {
  const server = createServer(async (req, res) => {
    const body = Buffer.from(await text(req))
    const headers = req.headers as Record<string, string>
    const { pipeline, inbox } = pair().closeback
    const request = { method: 'POST', url: PUBLIC, headers, body }
    const status = await receive(pipeline, inbox, 'hs', request).then(
      () => 200,
      () => 503,
    )
    res.writeHead(status).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : null
  return {
    url: `http://127.0.0.1:${port}`,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  }
}
