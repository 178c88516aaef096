import { createServer } from 'node:http'
import { text } from 'node:stream/consumers'

/**
 * A HubSpot of so many deals that none of them is kept anywhere: every answer is made of the ids that were asked for. For
 * what an adapter itself takes of memory; how HubSpot behaves is the simulator's.
 */

const COUNT = Number(process.argv[2] ?? 200_000)
const START = Date.parse('2026-11-01T00:00:00Z')

type Body = { inputs?: { id: string }[]; filterGroups?: { filters: { operator: string; value: string }[] }[] }

const modifiedAt = (id: number) => new Date(START + id * 1000).toISOString()
const record = (id: number, properties: object, history: object = {}) => ({
  id: String(id),
  properties: { hs_object_id: String(id), ...properties },
  propertiesWithHistory: history,
  createdAt: modifiedAt(id),
  updatedAt: modifiedAt(id),
  archived: false,
})

function search({ filterGroups }: Body): object {
  const since = Number(filterGroups?.[0]?.filters.find(({ operator }) => operator === 'GTE')?.value ?? START)
  const from = Math.max(1, Math.ceil((since - START) / 1000))
  const left = Math.max(0, COUNT - from + 1)
  const results = Array.from({ length: Math.min(200, left) }, (_, at) =>
    record(from + at, { hs_lastmodifieddate: modifiedAt(from + at) }),
  )
  return { total: left, results, ...(left > 200 && { paging: { next: { after: '200' } } }) }
}

function deal(id: number): object {
  const entry = (value: string, minutes: number) => ({
    value,
    timestamp: new Date(START + id * 1000 - minutes * 60_000).toISOString(),
    sourceType: 'CRM_UI',
  })
  const dealstage = [entry('139921', 0), entry('qualifiedtobuy', 60), entry('appointmentscheduled', 600)]
  const properties = { dealstage: '139921', pipeline: 'default', amount: '4200', deal_currency_code: 'USD' }
  return record(id, properties, { dealstage, amount: [entry('4200', 600)] })
}

const ROUTES: [end: string, answer: (body: Body) => object][] = [
  ['/deals/search', search],
  ['/contacts/search', () => ({ total: 0, results: [] })],
  ['/objects/deals/batch/read', ({ inputs }) => batch(inputs, deal)],
  [
    '/objects/contacts/batch/read',
    ({ inputs }) => batch(inputs, (id) => record(id, { email: `b${id}@example.com` })),
  ],
  [
    '/associations/deals/contacts/batch/read',
    ({ inputs }) =>
      batch(inputs, (id) => ({ from: { id: String(id) }, to: [{ toObjectId: id, associationTypes: [] }] })),
  ],
  ['/pipelines/deals', () => ({ results: [PIPELINE] })],
  ['/forms/', () => ({ results: [] })],
]

const PIPELINE = {
  id: 'default',
  label: 'Sales',
  displayOrder: 0,
  createdAt: modifiedAt(0),
  updatedAt: modifiedAt(0),
  archived: false,
  stages: [
    {
      id: '139921',
      label: 'Won',
      displayOrder: 0,
      metadata: { isClosed: 'true', probability: '1.0' },
      createdAt: modifiedAt(0),
      updatedAt: modifiedAt(0),
      archived: false,
    },
  ],
}

function batch(inputs: Body['inputs'], make: (id: number) => object): object {
  return {
    status: 'COMPLETE',
    results: (inputs ?? []).map(({ id }) => make(Number(id))),
    startedAt: modifiedAt(0),
    completedAt: modifiedAt(0),
  }
}

const server = createServer(async (req, res) => {
  const body = await text(req)
  const path = (req.url ?? '').split('?')[0] ?? ''
  const answer = ROUTES.find(([end]) => path.endsWith(end))?.[1]
  res.writeHead(answer ? 200 : 404, { 'content-type': 'application/json' })
  res.end(JSON.stringify(answer ? answer(body === '' ? {} : (JSON.parse(body) as Body)) : { message: path }))
})
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  if (typeof address === 'object') process.send?.(address?.port)
})
process.once('disconnect', () => server.close())
