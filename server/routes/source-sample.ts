import { randomBytes, randomUUID } from 'node:crypto'
import { z } from 'zod'
import { ClosebackError } from '../../core/model/errors.ts'
import { TIKTOK_ORIGIN } from '../../core/model/tiktok.ts'
import { MINUTE, toIso } from '../../core/model/time.ts'
import { receive } from '../../core/pipeline/receive.ts'
import type { Host } from '../host.ts'
import { operation } from './operation.ts'
import { Name } from './parameters.ts'

export const sendSample = operation({
  route: 'POST /api/v1/sources/{id}/sample',
  id: 'sendSampleDeal',
  summary: 'Lets a webhook source tell of a made-up deal that was won, to see the whole way once',
  description:
    'Only where no real report counts it: with a simulated TikTok, or while every connection sends to Test Events.',
  path: z.object({ id: Name }),
  answers: {
    200: { description: 'it was received', schema: z.object({ record: z.string() }) },
    404: { description: 'there is no such source' },
    409: { description: 'it would count as a real sale' },
  },
  async act({ path: { id } }, host) {
    const { closeback, jobs } = host
    const { pipeline, inbox, ledger } = closeback
    refuseReal(host)
    const active = (await pipeline.settings()).sources.get(id)
    if (!active?.adapter.receive || active.adapter.id !== 'webhook') {
      throw new ClosebackError('not_found', 'There is no webhook source of this name.', {
        remedy: 'A CRM tells of real deals; move one to a stage.',
      })
    }
    const record = `SAMPLE-${randomBytes(3).toString('hex').toUpperCase()}`
    const body = Buffer.from(JSON.stringify(sampleItem(record, ledger.now())))
    const report = await receive(
      pipeline,
      inbox,
      id,
      {
        method: 'POST',
        url: `${host.publicUrl()}/hooks/webhook/${id}`,
        headers: { 'content-type': 'application/json' },
        body,
        authenticated: true,
      },
      async () => {},
    )
    const [result] = report.results
    if (result?.errors) {
      throw new ClosebackError('invalid', 'The settings of this source do not take the sample.', {
        remedy: 'It has a map of its own: send a body of your system instead.',
        issues: result.errors,
      })
    }
    jobs.wake()
    void jobs.push({ now: false }).catch(() => {})
    return { status: 200, body: { record } }
  },
})

function refuseReal({ closeback: { config, store } }: Host): void {
  const { connections } = store.current.workspace
  const isSimulated = config.tiktokOrigin !== TIKTOK_ORIGIN
  if (isSimulated || connections.every(({ delivery }) => delivery.testEventCode !== undefined)) return
  throw new ClosebackError('conflict', 'The sample would count as a real sale at TikTok.', {
    remedy: 'Let every connection send to the Test Events tab first, or send a real deal.',
  })
}

function sampleItem(record: string, now: number) {
  return {
    id: `sample-${randomUUID()}`,
    record: { type: 'deal', id: record },
    stage: 'won',
    occurredAt: toIso(now - MINUTE),
    amount: '4200.00',
    currency: 'USD',
    contact: { email: 'sample@example.com', phone: '+14155550100' },
    click: { ttclid: 'E.C.P.sample' },
    utm: { source: 'tiktok', campaign: 'sample' },
    consent: 'granted',
  }
}
