import { createHmac, hash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { createHubSpot } from '../../../adapters/hubspot/index.ts'
import { settings } from '../../../adapters/hubspot/settings.ts'
import type { InboundRequest } from '../../../core/adapter.ts'
import { aContext } from './context.ts'
import { NOW } from './samples.ts'

const SECRET = 'sandbox-client-secret'
const URL = 'https://hooks.example.com/hooks/hubspot/hs'
const hubspot = createHubSpot()
const receive = hubspot.receive as NonNullable<typeof hubspot.receive>

function webhook(said: unknown): InboundRequest {
  const body = Buffer.from(JSON.stringify(said))
  const signature = createHmac('sha256', SECRET)
    .update(`POST${URL}`)
    .update(body)
    .update(String(NOW))
    .digest('base64')
  const headers = { 'x-hubspot-signature-v3': signature, 'x-hubspot-request-timestamp': String(NOW) }
  return { method: 'POST', url: URL, headers, body }
}

function action(said: unknown): InboundRequest {
  const url = `${URL}/action`
  const body = Buffer.from(JSON.stringify(said))
  const signature = hash('sha256', Buffer.concat([Buffer.from(`${SECRET}POST${url}`), body]))
  const headers = { 'x-hubspot-signature': signature, 'x-hubspot-signature-version': 'v2' }
  return { method: 'POST', url, below: 'action', headers, body }
}

const event = { eventId: 1, portalId: 33, occurredAt: 2, subscriptionType: 'deal.creation', objectId: 5 }
const source = (sourceId: string, portalId?: number) => ({ sourceId, settings: settings.parse({ portalId }) })

describe('a webhook', () => {
  it('of one app reaches the source of each account', async () => {
    const siblings = async () => [source('hs', 33), source('other', 44)]
    const ctx = aContext({ siblings }, { portalId: 33 })
    const received = await receive(webhook([event, { ...event, portalId: 44 }]), ctx)
    expect(received.map((one) => one.ok && one.ticket.sourceId)).toEqual([undefined, 'other'])
  })

  it('of an account without a source is named, answered with 200, and stops nothing else', async () => {
    const logged: string[] = []
    const request = webhook([{ ...event, portalId: 55 }, event])
    const received = await receive(request, aContext({}, { portalId: 33 }, logged))
    expect(received).toMatchObject([
      {
        ok: false,
        invalid: {
          errors: [
            { path: '/0/portalId', message: expect.stringContaining('55'), remedy: expect.any(String) },
          ],
        },
      },
      { ok: true },
    ])
    expect(logged).toEqual(['hubspot_unknown_portal'])
    expect(hubspot.reply?.(request, { received: 1, duplicates: 0, conflicts: 0, invalid: 1 })).toMatchObject({
      status: 200,
    })
  })

  it('goes to the only source when that names no account', async () => {
    expect(await receive(webhook([event]), aContext())).toMatchObject([{ ok: true }])
  })

  it('cannot be verified without a client secret, and says which one', async () => {
    const ctx = aContext({ secrets: async () => ({ accessToken: ['pat-1234567'] }) })
    await expect(receive(webhook([event]), ctx)).rejects.toThrow(/clientSecret/)
  })
})

describe('a workflow action', () => {
  const posted = {
    callbackId: 'ap-1',
    origin: { portalId: 33, actionDefinitionId: 2, actionDefinitionVersion: 3 },
    context: { source: 'WORKFLOWS', workflowId: 4 },
    object: { objectId: 5, objectType: 'DEAL', properties: {} },
    inputFields: { stage: 'handed over' },
  }

  it('is a ticket of its deal, once for each call-back', async () => {
    const received = await receive(action(posted), aContext())
    expect(received).toMatchObject([
      {
        ok: true,
        ticket: {
          key: 'action:ap-1',
          record: { type: 'deal', id: '5' },
          content: { action: { stage: 'handed over', at: NOW } },
        },
      },
    ])
    const later = await receive(action(posted), aContext({ now: () => NOW + 60_000 }))
    expect(later).toMatchObject([{ ok: true, ticket: { said: received[0]?.ok && received[0].ticket.said } }])
  })

  it('enters the stage "workflow" unless told another', async () => {
    const received = await receive(action({ ...posted, inputFields: {} }), aContext())
    expect(received).toMatchObject([{ ok: true, ticket: { content: { action: { stage: 'workflow' } } } }])
  })

  it('goes on in HubSpot either way', () => {
    const counts = { received: 1, duplicates: 0, conflicts: 0 }
    const outputOf = (invalid: number) =>
      JSON.parse(hubspot.reply?.(action(posted), { ...counts, invalid })?.body ?? '')
    expect(outputOf(0)).toEqual({ outputFields: { hs_execution_state: 'SUCCESS' } })
    expect(outputOf(1)).toMatchObject({ outputFields: { hs_execution_state: 'FAIL_CONTINUE' } })
  })

  it('for anything but a deal is named', async () => {
    const received = await receive(
      action({ ...posted, object: { objectId: 5, objectType: 'CONTACT' } }),
      aContext(),
    )
    expect(received).toMatchObject([{ ok: false, invalid: { errors: [{ path: '/object/objectType' }] } }])
  })

  it('is refused with the signature of a webhook, and at any other address', async () => {
    const { headers } = webhook(posted)
    await expect(receive({ ...action(posted), headers }, aContext())).rejects.toThrow(
      /x-hubspot-signature is missing/,
    )
    await expect(receive({ ...action(posted), below: 'other' }, aContext())).rejects.toMatchObject({
      code: 'not_found',
    })
  })
})
