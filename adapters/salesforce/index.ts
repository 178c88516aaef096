import type { SourceAdapter } from '../../core/adapter.ts'
import { MINUTE } from '../../core/model/time.ts'
import { PAGE_ROWS } from './constants.ts'
import { id18 } from './ids.ts'
import { reply } from './outbound/reply.ts'
import { type Secrets, type Settings, secrets, settings } from './settings.ts'

/**
 * Salesforce: opportunities and leads of one org. The poll and OpportunityHistory are the truth, outbound messages
 * and change events only make it faster. Where no source is of this kind only the forms of its settings are loaded.
 */
export const salesforce: SourceAdapter<Settings, Secrets> = {
  id: 'salesforce',
  title: 'Salesforce',
  leadEventSource: 'Salesforce',
  settings,
  secrets,
  identityOptions: ({ defaultCountry = null }) => ({ defaultCountry }),
  check: async (ctx) => (await import('./check.ts')).check(ctx),
  hookBelow: true,
  receive: async (request, ctx) => (await import('./outbound/receive.ts')).receive(request, ctx),
  reply,
  hydrate: async (tickets, ctx) => (await import('./hydrate.ts')).hydrate(tickets, ctx),
  hydrateBatch: PAGE_ROWS,
  async *poll(cursor, ctx) {
    yield* (await import('./poll/poll.ts')).poll(cursor, ctx)
  },
  pollEvery: ({ pollMinutes }) => pollMinutes * MINUTE,
  async listen(heard, signal, ctx) {
    if (ctx.settings.changeDataCapture) await (await import('./changes/listen.ts')).listen(heard, signal, ctx)
  },
  idOf: (typed) => id18(typed) ?? typed,
  describe: async (ctx) => (await import('./describe.ts')).describe(ctx),
  async *history(since, ctx) {
    yield* (await import('./history.ts')).history(since, ctx)
  },
  async *closed(period, ctx) {
    yield* (await import('./closed.ts')).closed(period, ctx)
  },
  async *install(options, ctx) {
    yield* (await import('./install/install.ts')).install(options, ctx)
  },
  closedTotals: async (days, ctx) => (await import('./closed.ts')).closedTotals(days, ctx),
}
