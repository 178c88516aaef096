import type { SourceAdapter } from '../../core/adapter.ts'
import { answerAction, isAction } from './answer.ts'
import { MACHINE, type Timing } from './limiter.ts'
import type { Ctx, Portal } from './portal.ts'
import { type Secrets, type Settings, secrets, settings } from './settings.ts'

/** Tickets read at once: whole calls of each kind, and within the minute that a lease lasts. */
const HYDRATE_BATCH = 2000

/**
 * HubSpot: the stage history of deals is the truth, webhooks and searches only say where to look again. What it works with
 * is loaded with the first source, what people ask for when they ask, HubSpot's client with the first question. Each adapter counts requests for itself, so a
 * process has one.
 *
 * @param timing how time passes for what waits for a limit
 */
export function createHubSpot(timing: Timing = MACHINE): SourceAdapter<Settings, Secrets> {
  let loaded: Promise<{ work: typeof import('./work.ts'); open: (ctx: Ctx) => Portal }> | null = null
  const load = () => {
    loaded ??= import('./work.ts').then((work) => ({ work, open: work.createPortals(timing) }))
    return loaded
  }
  return {
    id: 'hubspot',
    title: 'HubSpot',
    leadEventSource: 'HubSpot',
    settings,
    secrets,
    identityOptions: ({ defaultCountry = null }) => ({ defaultCountry }),
    async check(ctx) {
      const { open } = await load()
      return (await import('./check.ts')).check(open(ctx))
    },
    hookBelow: true,
    lendsFormClicks: true,
    async receive(request, ctx) {
      const { work } = await load()
      return work.receive(request, ctx)
    },
    // Any 4xx or 5xx makes HubSpot send again for a day: what was stored, or can never be, is answered with 200.
    reply: (request, { received, duplicates, conflicts, invalid }) =>
      isAction(request)
        ? answerAction(invalid)
        : {
            status: 200,
            type: 'application/json',
            body: JSON.stringify({ received, duplicates, conflicts, invalid }),
          },
    async hydrate(tickets, ctx) {
      const { work, open } = await load()
      return work.hydrate(tickets, open(ctx))
    },
    hydrateBatch: HYDRATE_BATCH,
    async *poll(cursor, ctx, how) {
      const { work, open } = await load()
      yield* work.poll(cursor, open(ctx), how)
    },
    pollEvery: ({ pollSeconds }) => pollSeconds * 1000,
    async describe(ctx) {
      const { open } = await load()
      return (await import('./describe.ts')).describe(open(ctx))
    },
    async *history(since, ctx) {
      const { open } = await load()
      yield* (await import('./history.ts')).history(since, open(ctx))
    },
    async *closed(period, ctx) {
      const { open } = await load()
      yield* (await import('./closed.ts')).closed(period, open(ctx))
    },
    async closedTotals(days, ctx) {
      const { open } = await load()
      return (await import('./closed.ts')).closedTotals(days, open(ctx))
    },
    async *install(options, ctx) {
      const { open } = await load()
      yield* (await import('./install.ts')).install(options, open(ctx))
    },
  }
}

export const hubspot = createHubSpot()
