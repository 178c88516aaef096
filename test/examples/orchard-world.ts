import { createHmac } from 'node:crypto'
import type { InboundRequest } from '../../core/adapter.ts'

// The made-up CRM on the other side: its signing key, its deals, its API.

export const KEY = 'orchard-signing-key'
const DEALS = ['O-1', 'O-2'].map((id) => ({
  id,
  pipeline: 'default',
  total: '4200.00',
  currency: 'USD',
  person: { emails: ['ada@example.com'], phones: ['+14155550100'] },
  click: { ttclid: 'E.C.P.orchard', at: '2026-11-02T09:00:00Z' },
  stages: [
    { entry: 'h1', stage: 'proposal', outcome: 'open', at: '2026-11-10T09:00:00Z' },
    { entry: 'h2', stage: 'closed', outcome: id === 'O-1' ? 'won' : 'lost', at: '2026-11-20T09:00:00Z' },
  ],
}))

/** Orchard's API: deals by id, and nobody without the token. */
export const api: typeof globalThis.fetch = async (input, init) => {
  const url = new URL(String(input))
  if (new Headers(init?.headers).get('authorization') !== 'Bearer orchard-token')
    return new Response('', { status: 401 })
  const ids = (url.searchParams.get('ids') ?? '').split(',')
  return Response.json(DEALS.filter((deal) => ids.includes(deal.id)))
}

export function sign(body: Buffer, key = KEY): InboundRequest {
  const signature = createHmac('sha256', key).update(body).digest('hex')
  const headers = { 'content-type': 'application/json', 'x-orchard-signature': signature }
  return { method: 'POST', url: 'https://closeback.example/hooks/orchard/crm', headers, body }
}

export const notice = (id: string, deal: string) => Buffer.from(JSON.stringify({ notice: id, deal }))
