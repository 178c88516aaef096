import { beforeAll, describe, expect, it } from 'vitest'
import type { DeliveryView } from '../../../core/model/story.ts'
import type { SCHEMAS } from '../../../server/commands/schemas.ts'
import { cliRig, item, WORKSPACE } from './rig.ts'

describe('--json', () => {
  const rig = cliRig()
  let ids: number[] = []

  beforeAll(async () => {
    rig.file('ws.yaml', WORKSPACE)
    await rig.cli('apply', 'ws.yaml')
    await rig.post([
      item('D-1', 'won'),
      item('D-2', 'lost'),
      item('D-3', 'won', { amount: null, currency: null }),
      item('D-4', 'won', { occurredAt: '2010-01-01T00:00:00Z' }),
    ])
    await rig.cli('push')
    const { events } = (await rig.json('events', 'events')) as { events: DeliveryView[] }
    ids = events.map(({ id }) => id)
  })

  const done: [keyof typeof SCHEMAS, string[]][] = [
    ['apply', ['apply', 'ws.yaml', '--dry-run']],
    ['export', ['export']],
    ['push', ['push']],
    ['push', ['push', '--now']],
    ['check', ['check']],
    ['check', ['check', 'shop-crm']],
    ['explain', ['explain', 'shop-crm', 'D-1']],
    ['explain', ['explain', 'shop-crm', 'D-2']],
    ['explain', ['explain', 'shop-crm', 'D-3']],
    ['explain', ['explain', 'shop-crm', 'D-4']],
    ['events', ['events', '--state', 'held', '--connection', 'us-brand', '--source', 'shop-crm']],
    ['pause', ['pause', 'us-brand']],
    ['resume', ['resume']],
    ['api-key', ['api-key', 'create', '--role', 'sender', '--source', 'shop-crm']],
    ['error', ['explain', 'shop-crm', 'D-404']],
    ['error', ['check', 'us-brad']],
    ['error', ['requeue', '404']],
    ['error', ['pause', 'nobody']],
    ['error', ['api-key', 'create', '--role', 'sender', '--source', 'nobody']],
    ['error', ['apply', 'missing.yaml']],
    ['error', ['sandbox', 'myspace']],
    ['error', ['nonsense']],
    ['error', ['push', '--nonsense']],
    ['error', []],
  ]
  it.each(done)('prints one document of the shape "%s" for %j', async (name, argv) => {
    await rig.json(name, ...argv)
  })

  it('prints decisions as one document too', async () => {
    await rig.json('requeue', 'requeue', ...ids.map(String))
    await rig.json('resolve', 'resolve', ...ids.map(String), '--drop')
  })

  it('means the same as --format json', async () => {
    const [one, two] = await Promise.all([rig.cli('export', '--json'), rig.cli('export', '--format', 'json')])
    expect(two).toEqual(one)
    expect(await rig.cli('export', '--format=json')).toEqual(one)
  })

  it('names every issue of a file with its path and line', async () => {
    rig.file('bad.yaml', 'version: 1\nconnections:\n  - id: US\nsources: 7\n')
    const document = await rig.json('error', 'apply', 'bad.yaml')
    expect(document).toMatchObject({
      error: {
        code: 'invalid',
        issues: expect.arrayContaining([
          { path: 'connections[0].id', message: expect.stringMatching(/^line 3: /) },
          { path: 'sources', message: expect.stringMatching(/^line 4: /) },
        ]),
      },
    })
  })
})
