import { describe, expect, it } from 'vitest'
import type { DeliveryView, Story } from '../../../core/model/story.ts'
import { cliRig, item, WORKSPACE } from './rig.ts'

/** How a record is asked about, as one sentence without line breaks. */
function sentenceOf(out: string): string {
  return (out.split('\n\n')[0] ?? '').replaceAll('\n', ' ')
}

describe('closeback explain', () => {
  const rig = cliRig()
  const deliveryOf = async (recordId: string): Promise<DeliveryView> => {
    const { events } = (await rig.json('events', 'events')) as { events: DeliveryView[] }
    const found = events.find(({ record }) => record.id === recordId)
    if (!found) throw new Error(`no delivery of ${recordId}`)
    return found
  }
  const storyOf = async (recordId: string) => {
    const { stories } = (await rig.json('explain', 'explain', 'shop-crm', recordId)) as {
      stories: (Story & { sentence: string; timeline: { subject: string; text: string }[] })[]
    }
    expect(stories).toHaveLength(1)
    return stories[0] as (typeof stories)[number]
  }

  it('says of a message that nobody read yet that it waits to be read', async () => {
    rig.file('ws.yaml', WORKSPACE)
    expect(await rig.cli('apply', 'ws.yaml')).toMatchObject({ exit: 0 })
    await rig.post([item('D-early', 'won')])
    const { out, exit } = await rig.cli('explain', 'shop-crm', 'D-early')
    expect(exit).toBe(0)
    expect(sentenceOf(out)).toContain('Not sent yet: its message waits to be read')
  })

  it('tells a won deal from its message to the answer of TikTok', async () => {
    await rig.post([
      item('D-1', 'won', { touches: [{ at: '2026-10-01T08:00:00Z', utm: { source: 'google' } }] }),
    ])
    expect(await rig.cli('push')).toMatchObject({ exit: 0 })
    const { out } = await rig.cli('explain', 'shop-crm', 'D-1')
    expect(sentenceOf(out)).toMatch(
      /^Sent as Purchase, 4,200\.00 USD, to us-brand: accepted 3 min after the stage change; match score \d+\.$/,
    )
    expect(out).toContain('deal D-1 of shop-crm: in stage won, 4,200.00 USD')
    expect(out).toMatch(/touch\s+visit from google/)
    expect(out).toMatch(/touch\s+click from tiktok \/ paid_social \/ spring with ttclid/)
    expect(out).toMatch(/stage\s+proposal -> won \(pipeline default\), 4,200\.00 USD/)
    expect(out).toMatch(/message\s+evt_D-1_won received; hashed: email, phone, firstName/)
    expect(out).toMatch(/left out phone/)
    expect(out).toMatch(/rule\s+won: Purchase/)
    expect(out).toMatch(/attempt\s+delivery \d+ accepted by TikTok/)
    const story = await storyOf('deal:D-1')
    expect(story.timeline.map(({ subject }) => subject)).toEqual([
      'touch',
      'touch',
      'stage',
      'message',
      'rule',
      'attempt',
    ])
    expect(story.messages[0]?.dropped).toEqual([{ field: 'phone', why: expect.any(String) }])
    expect(story.changes[0]?.deliveries[0]).toMatchObject({
      state: 'accepted',
      value: { amount: '4200.00', currency: 'USD' },
      requests: [{ outcome: 'accepted', code: '0' }],
    })
  })

  it('names the reason of a lost deal that no rule matches', async () => {
    await rig.post([item('D-2', 'lost')])
    await rig.cli('push')
    const { out, exit } = await rig.cli('explain', 'shop-crm', 'D-2')
    expect(exit).toBe(0)
    expect(sentenceOf(out)).toMatch(/^Not sent: no rule matches a deal of source "shop-crm" in stage "lost"/)
    expect(out).toMatch(/not sent\s+no_rule: no rule matches/)
  })

  it('says what a held deal waits for and when that ends', async () => {
    await rig.post([item('D-3', 'won', { amount: null, currency: null })])
    await rig.cli('push')
    const { out } = await rig.cli('explain', 'shop-crm', 'D-3')
    expect(sentenceOf(out)).toMatch(
      /^Held, not sent yet: Purchase to us-brand has no amount; .* at 20\d\d-\d\d-\d\d \d\d:\d\d UTC the rule's whenNoAmount decides\.$/,
    )
    expect((await deliveryOf('D-3')).holdReason).toBe('no_amount')
  })

  it('repeats what TikTok said of a rejected deal, and what to do', async () => {
    await rig.cli('pause')
    await rig.post([item('D-4', 'won'), item('D-5', 'won')])
    await rig.cli('push')
    const waiting = await rig.cli('explain', 'shop-crm', 'D-4')
    expect(sentenceOf(waiting.out)).toMatch(/waits, because sending is paused since .* "closeback resume"\.$/)
    const { eventId, id } = await deliveryOf('D-4')
    await rig.control('faults', 'PUT', [
      {
        kind: 'poison',
        eventIds: [eventId],
        times: 'forever',
        message: 'data.0.properties.value: is not good',
      },
    ])
    await rig.cli('resume')
    await rig.cli('push')
    await rig.control('faults', 'PUT', [])
    expect(await deliveryOf('D-5')).toMatchObject({ state: 'accepted' })
    const { out } = await rig.cli('explain', 'shop-crm', 'D-4')
    expect(sentenceOf(out)).toMatch(
      /^Rejected by TikTok: Purchase, 4,200\.00 USD, to us-brand \(code 40002, /,
    )
    expect(sentenceOf(out)).toContain(`"closeback requeue ${id}"`)
    expect(out).toMatch(/attempt\s+delivery \d+ refused by TikTok, code 40002/)
  })

  it('tells a message that came again with other content, and that the first one counts', async () => {
    await rig.post([item('D-1', 'won', { amount: '4300.00' })])
    const { out } = await rig.cli('explain', 'shop-crm', 'D-1')
    expect(out.replaceAll(/\s+/g, ' ')).toMatch(
      /conflict evt_D-1_won came again with other content \([^)]*amount[^)]*\); the first one counts/,
    )
  })

  it('tells what changed after sending, without sending again', async () => {
    const later = { occurredAt: new Date().toISOString(), amount: '1000.00' }
    await rig.post([item('D-1', 'lost', { id: 'evt_later', ...later })])
    await rig.cli('push')
    const story = await storyOf('D-1')
    expect(story.later.map(({ kind }) => kind).sort()).toEqual(['amount_changed', 'lost'])
    expect(story.sentence).toMatch(
      /^Sent as Purchase.*\. But it was lost since, and its amount changed since: TikTok keeps/,
    )
    expect(story.timeline.filter(({ subject }) => subject === 'later').map(({ text }) => text)).toContain(
      'the amount is 1,000.00 USD now, 4,200.00 USD when it was sent; TikTok keeps what it got',
    )
    expect(story.changes.flatMap(({ deliveries }) => deliveries)).toHaveLength(1)
  })

  it('has nothing to tell of what it never heard of: exit 1, and a hint for a mistyped source', async () => {
    const unknown = await rig.cli('explain', 'shop-crm', 'D-404')
    expect(unknown).toMatchObject({ exit: 1, out: '' })
    expect(unknown.err).toContain('Nothing was ever heard of D-404 from source "shop-crm".')
    const mistyped = await rig.cli('explain', 'shop-crn', 'D-1')
    expect(mistyped).toMatchObject({ exit: 1, out: '' })
    expect(mistyped.err).toContain('Did you mean "shop-crm"?')
  })

  it('narrows an id to one record type', async () => {
    await rig.post([item('D-1', 'won', { id: 'evt_quote', record: { type: 'quote', id: 'D-1' } })])
    await rig.cli('push')
    const both = (await rig.json('explain', 'explain', 'shop-crm', 'D-1')) as { stories: Story[] }
    expect(both.stories.map(({ record }) => record.type)).toEqual(['deal', 'quote'])
    const { record, messages } = await storyOf('quote:D-1')
    expect(record.type).toBe('quote')
    expect(messages.map(({ key }) => key)).toEqual(['id:evt_quote'])
  })
})
