import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Postgres, startPostgres } from '../../support/postgres.ts'
import { cliRig, item, WORKSPACE } from './rig.ts'

describe('commands on PostgreSQL', () => {
  const rig = cliRig()
  let postgres: Postgres

  beforeAll(async () => {
    postgres = await startPostgres()
    rig.env.DATABASE_URL = await postgres.freshDatabase()
    rig.env.CLOSEBACK_SECRET_KEY = Buffer.alloc(32, 9).toString('base64')
  })
  afterAll(() => postgres.stop())

  it('set up, send, tell and decide as they do on SQLite', async () => {
    expect(await rig.cliWith(WORKSPACE, 'apply', '-')).toMatchObject({ exit: 0 })
    await rig.post([
      item('D-1', 'won'),
      item('D-2', 'lost'),
      item('D-3', 'won', { amount: null, currency: null }),
    ])
    await rig.post([item('D-1', 'won', { amount: '1.00' })])
    await rig.cli('push')
    await rig.json('explain', 'explain', 'shop-crm', 'D-1')
    const { out } = await rig.cli('explain', 'shop-crm', 'deal:D-1')
    expect(out).toMatch(/^Sent as Purchase/)
    expect(out).toMatch(/conflict/)
    expect((await rig.cli('explain', 'shop-crm', 'D-2')).out).toMatch(/^Not sent: no rule matches/)
    const { events } = (await rig.json('events', 'events', '--state', 'held')) as { events: { id: number }[] }
    expect(await rig.cli('requeue', String(events[0]?.id))).toMatchObject({ exit: 0 })
    await rig.cli('push')
    expect((await rig.cli('explain', 'shop-crm', 'D-3')).out).toMatch(/decision +requeue/)
    expect(await rig.cli('check')).toMatchObject({ exit: 0 })
    await rig.json('export', 'export')
  })
})
