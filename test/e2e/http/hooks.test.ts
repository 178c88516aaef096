import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { item, post, type Rig, startRig } from './rig.ts'

describe('the webhook route', () => {
  let rig: Rig
  beforeAll(async () => {
    rig = await startRig()
  })
  afterAll(() => rig.end())

  it('answers 202 with one result an item', async () => {
    const [one, two] = [item(), item()]
    const answer = await post(rig.url, [one, two])
    expect(answer.status).toBe(202)
    expect(answer.json).toEqual({
      received: 2,
      duplicates: 0,
      conflicts: 0,
      invalid: 0,
      results: [
        { id: one.id, index: 0, status: 'received' },
        { id: two.id, index: 1, status: 'received' },
      ],
    })
  })
})
