import { afterEach } from 'vitest'
import type { WorkspaceInput } from '../../../core/model/workspace.ts'
import { hydrate } from '../../../core/pipeline/hydrate.ts'
import { type PollReport, poll } from '../../../core/pipeline/poll.ts'
import { type ReceiveReport, receive } from '../../../core/pipeline/receive.ts'
import { type SalesforceSandbox, startSalesforceSandbox } from '../../../fixtures/sandbox/salesforce/index.ts'
import type { Closeback } from '../../../server/compose.ts'
import { type Pair, startPair } from '../../support/pair.ts'
import { connection, rule } from '../../support/samples.ts'
import { notification, outboundMessage } from '../../unit/salesforce/outbound.ts'

export const HOOK_TOKEN = 'a-token-of-at-least-thirty-two-characters'
const ORGANIZATION = '00D000000000001EAA'

/** A Salesforce org, a TikTok and a Closeback between them, on one clock that stands still until it is moved. */
export interface Rig {
  org: SalesforceSandbox
  pair: Pair
  /** Time passes everywhere. */
  pass(ms: number): void
  /** One poll, and what it found read. */
  poll(host?: Closeback): Promise<PollReport>
  /** An outbound message about these records, as it would arrive. */
  message(recordIds: readonly string[], ids?: readonly string[]): Promise<ReceiveReport>
  /** An opportunity with a contact of its own. */
  deal(values?: Record<string, string | number | boolean | null>, options?: { lateMs?: number }): string
  /** Checks the promise and ends everything; a test that starts many does not wait for its end. */
  close(): Promise<void>
  /** Stage changes in the ledger: record, stage, moment, oldest first. */
  changes(): Promise<{ record: string; stage: string; at: number; key: string }[]>
}

export function workspace(settings: Record<string, unknown> = {}): WorkspaceInput {
  return {
    version: 1,
    connections: [connection({ startAt: '2020-01-01T00:00:00Z' })],
    sources: [
      {
        id: 'sf',
        adapter: 'salesforce',
        secrets: {
          clientId: { env: 'SF_CLIENT_ID' },
          clientSecret: { env: 'SF_CLIENT_SECRET' },
          hookToken: { env: 'SF_HOOK_TOKEN' },
        },
        settings: { sandbox: true, ...settings },
      },
    ],
    rules: [rule({ source: 'sf' })],
  }
}

let names = 0

/** Starts such a world inside a test; afterwards the promise is checked and everything closed. */
export function useRig(): (options?: {
  settings?: Record<string, unknown>
  database?: string
}) => Promise<Rig> {
  const rigs = new Set<Rig>()
  afterEach(async () => {
    for (const rig of [...rigs]) await rig.close()
  })
  return async ({ settings, database } = {}) => {
    const org = await startSalesforceSandbox()
    const pair = await startPair({
      settings: workspace(settings),
      database,
      env: {
        SALESFORCE_LOGIN_URL: org.url,
        SF_CLIENT_ID: 'sandbox-client',
        SF_CLIENT_SECRET: 'sandbox-secret',
        SF_HOOK_TOKEN: HOOK_TOKEN,
      },
    })
    const { clock, user } = org.state
    clock.freeze()
    clock.set(pair.clock.now())
    let messages = 0
    const rig: Rig = {
      org,
      pair,
      pass(ms) {
        pair.clock.pass(ms)
        clock.advance(ms)
      },
      async poll(host = pair.closeback) {
        const [report] = await poll(host.pipeline, { sourceId: 'sf' })
        await hydrate(host.pipeline)
        if (report === undefined) throw new Error('the source was not polled')
        return report
      },
      async message(recordIds, ids = recordIds.map(() => `04l${String(++messages).padStart(12, '0')}`)) {
        const body = outboundMessage(
          recordIds.map((id, at) => notification(ids[at] ?? '', id)),
          ORGANIZATION,
        )
        const { pipeline, inbox } = pair.closeback
        return receive(pipeline, inbox, 'sf', {
          method: 'POST',
          url: `http://127.0.0.1/hooks/salesforce/sf/${HOOK_TOKEN}`,
          below: HOOK_TOKEN,
          headers: { 'content-type': 'text/xml; charset=utf-8' },
          body: Buffer.from(body),
        })
      },
      deal(values = {}, options) {
        const name = `Deal ${++names}`
        const email = `person-${names}@example.com`
        const contactId = user.create('Contact', { LastName: name, Email: email })
        const given = {
          Name: name,
          CloseDate: '2026-12-31',
          StageName: 'Prospecting',
          Amount: 4200,
          ...values,
        }
        const id = user.create('Opportunity', given, options)
        user.create(
          'OpportunityContactRole',
          { OpportunityId: id, ContactId: contactId, IsPrimary: true },
          options,
        )
        return id
      },
      async close() {
        rigs.delete(rig)
        try {
          await pair.check()
        } finally {
          await pair.close()
          await org.close()
        }
      },
      async changes() {
        const rows = await pair.closeback.ledger.db
          .selectFrom('stage_changes')
          .innerJoin('deals', 'deals.id', 'stage_changes.deal_id')
          .select([
            'deals.record_id',
            'stage_changes.stage',
            'stage_changes.occurred_at',
            'stage_changes.key',
          ])
          .orderBy('stage_changes.occurred_at')
          .orderBy('stage_changes.key')
          .execute()
        return rows.map((row) => ({
          record: row.record_id,
          stage: row.stage,
          at: Number(row.occurred_at),
          key: row.key,
        }))
      },
    }
    rigs.add(rig)
    return rig
  }
}
