import { z } from 'zod'
import { probeNow, setDisconnected, setPaused, unparkRefused } from '../../core/ledger/connections.ts'
import { openDeliveryIds } from '../../core/ledger/delivery-list.ts'
import { addEntry } from '../../core/ledger/journal.ts'
import { ClosebackError } from '../../core/model/errors.ts'
import type { Workspace } from '../../core/model/workspace.ts'
import { resolve } from '../../core/pipeline/decide.ts'
import { revokeToken } from '../../core/tiktok/oauth.ts'
import type { Closeback } from '../compose.ts'
import { editWorkspace, entryOf } from '../workspace-edit.ts'
import { operation } from './operation.ts'
import { Name } from './parameters.ts'

const path = z.object({ id: Name })
const SetId = z.string().trim().min(1).max(64)
const EventSetsBody = z.strictObject({
  web: SetId.optional(),
  crm: SetId.optional(),
  offline: SetId.optional(),
  defaultPageUrl: z.string().trim().min(1).max(2000).optional(),
})
const Revised = z.object({ id: z.string(), revision: z.int() })
const UNKNOWN = { 404: { description: 'there is no such connection' } }
const CONFLICT = { 409: { description: 'somebody else changed the settings meanwhile; nothing was written' } }

/** Deliveries that one request of a purge ends at a time. */
const PURGE_PAGE = 100

/** Everything a card of the console does to a connection but sending. */
export const connectionEdits = [
  operation({
    route: 'POST /api/v1/connections',
    id: 'addConnection',
    summary: 'Makes a connection of an advertiser with the token that was brought last',
    body: z.strictObject({
      id: Name,
      advertiserId: z.string(),
      currency: z.string(),
      timezone: z.string(),
      eventSets: EventSetsBody,
      startAt: z.string().optional(),
      testEventCode: z.string().trim().min(1).optional(),
    }),
    answers: { 201: { description: 'made; it sends from the next cycle on', schema: Revised }, ...CONFLICT },
    async act({ body: { testEventCode, ...said }, actor }, host) {
      const { grants } = host.closeback
      const grant = await grants.read(actor ?? '')
      if (grant === null) throw noGrant()
      const { revision } = await editWorkspace(host, {
        actor,
        base: null,
        change: (current) => {
          if (current.connections.some(({ id }) => id === said.id)) throw taken()
          const token = { value: grant.token }
          const tokens = grant.from === 'consent' ? { events: token, marketing: token } : { events: token }
          const delivery = testEventCode === undefined ? {} : { testEventCode }
          return { ...current, connections: [...current.connections, { ...said, tokens, delivery }] }
        },
      })
      return { status: 201, body: { id: said.id, revision } }
    },
  }),
  operation({
    route: 'PUT /api/v1/connections/{id}',
    id: 'changeConnection',
    summary: 'Chooses other event sets, or sends everything to the Test Events tab (or nothing more of it)',
    path,
    body: z.strictObject({
      base: z.int(),
      eventSets: EventSetsBody.optional(),
      testEventCode: z.string().trim().min(1).nullable().optional(),
    }),
    answers: { 200: { description: 'changed', schema: Revised }, ...UNKNOWN, ...CONFLICT },
    async act({ path: { id }, body, actor }, host) {
      const { revision } = await editWorkspace(host, {
        actor,
        base: body.base,
        change: (current) => {
          const connection = entryOf(current.connections, 'connection', id)
          if (body.eventSets) connection.eventSets = body.eventSets as typeof connection.eventSets
          if (body.testEventCode) connection.delivery.testEventCode = body.testEventCode
          if (body.testEventCode === null) delete connection.delivery.testEventCode
          return current
        },
      })
      return { status: 200, body: { id, revision } }
    },
  }),
  operation({
    route: 'POST /api/v1/connections/{id}/reconnect',
    id: 'reconnect',
    summary:
      'Gives a connection the token that was brought last; what waits is sent, parked sets are tried at once',
    path,
    answers: { 200: { description: 'it sends again', schema: Revised }, ...UNKNOWN, ...CONFLICT },
    async act({ path: { id }, actor }, host) {
      const { grants, ledger } = host.closeback
      const grant = await grants.read(actor ?? '')
      if (grant === null) throw noGrant()
      const { revision } = await editWorkspace(host, {
        actor,
        base: null,
        change: (current) => {
          const connection = entryOf(current.connections, 'connection', id)
          if (!grant.advertiserIds.includes(connection.advertiserId))
            throw otherAdvertiser(connection.advertiserId)
          const token = { value: grant.token }
          connection.tokens =
            grant.from === 'consent' ? { events: token, marketing: token } : { events: token }
          return current
        },
      })
      await ledger.transaction(async (tx) => {
        await setPaused(tx, id, null)
        await setDisconnected(tx, id, null)
        await unparkRefused(tx, id)
        await probeNow(tx, id)
        const subject = `connection ${id}`
        await addEntry(tx, {
          at: ledger.now(),
          actor: actor ?? 'api',
          verb: 'reconnect',
          subject,
          detail: '',
        })
      })
      await grants.forget(actor ?? '')
      // Who reconnects wants to see that it works now, not at the next cycle.
      void host.jobs.push({ now: false }).catch(() => {})
      return { status: 200, body: { id, revision } }
    },
  }),
  operation({
    route: 'POST /api/v1/connections/{id}/disconnect',
    id: 'disconnect',
    summary: 'Stops sending and ends the token at TikTok where our app may',
    description:
      '`keep`: what waits goes on waiting until it is reconnected. `purge`: what waits is cancelled, and the connection leaves settings and rules; what was sent stays in the ledger.',
    path,
    body: z.strictObject({ waiting: z.enum(['keep', 'purge']) }),
    answers: {
      200: {
        description: 'nothing is sent any more',
        schema: z.object({
          id: z.string(),
          revoked: z.boolean().describe('the token works no more, also elsewhere'),
          cancelled: z.int(),
        }),
      },
      ...UNKNOWN,
      ...CONFLICT,
    },
    async act({ path: { id }, body: { waiting }, actor }, host) {
      const { closeback } = host
      const { ledger, pipeline, store } = closeback
      entryOf(store.current.workspace.connections, 'connection', id)
      await ledger.transaction(async (tx) => {
        await setPaused(tx, id, ledger.now())
        await setDisconnected(tx, id, ledger.now())
        const subject = `connection ${id}`
        await addEntry(tx, {
          at: ledger.now(),
          actor: actor ?? 'api',
          verb: 'disconnect',
          subject,
          detail: waiting,
        })
      })
      const revoked = await revoke(closeback, id)
      let cancelled = 0
      if (waiting === 'purge') {
        for (let after = 0; ; ) {
          const ids = await openDeliveryIds(ledger.reader, { connectionId: id, after, limit: PURGE_PAGE })
          if (ids.length === 0) break
          after = ids.at(-1) ?? after
          const decisions = await resolve(pipeline, ids, { to: 'drop', actor: actor ?? 'api' })
          cancelled += decisions.filter(({ changed }) => changed).length
        }
        await editWorkspace(host, { actor, base: null, change: (current) => without(current, id) })
      }
      return { status: 200, body: { id, revoked, cancelled } }
    },
  }),
]

/** A token that another connection uses too is left alone: its owner did not ask for that. */
async function revoke(closeback: Closeback, id: string): Promise<boolean> {
  const { config, tiktok, pipeline, store } = closeback
  const token = await closeback.pipeline.marketingToken(id).catch(() => null)
  if (token === null || config.tiktokApp === null) return false
  for (const other of store.current.workspace.connections) {
    if (other.id !== id && (await closeback.pipeline.marketingToken(other.id).catch(() => null)) === token)
      return false
  }
  const revoked = await revokeToken(tiktok, { app: config.tiktokApp, token })
  if (!revoked.ok) pipeline.log.info({ connection: id, code: revoked.verdict.code }, 'not_revoked')
  return revoked.ok
}

/** Rules that sent nowhere else go with it. */
function without(current: Workspace, id: string): Workspace {
  const rules = current.rules
    .map((rule) => ({ ...rule, send: { ...rule.send, to: rule.send.to.filter((to) => to !== id) } }))
    .filter(({ send }) => send.to.length > 0)
  return { ...current, connections: current.connections.filter((each) => each.id !== id), rules }
}

function noGrant(): ClosebackError {
  return new ClosebackError('invalid', 'No token was brought within the last hour.', {
    remedy: 'Sign in at TikTok, or paste a token.',
  })
}

function taken(): ClosebackError {
  return new ClosebackError('invalid', 'This name is taken.', {
    remedy: 'Choose another one.',
    issues: [{ path: 'body/id', message: 'is the name of another connection' }],
  })
}

function otherAdvertiser(advertiserId: string): ClosebackError {
  return new ClosebackError('invalid', `The token does not reach the advertiser ${advertiserId}.`, {
    remedy: 'Sign in at TikTok as somebody who may use it, and tick it there.',
  })
}
