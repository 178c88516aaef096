import { expect, it, onTestFinished } from 'vitest'
import { MINUTE } from '../../core/model/time.ts'
import { smallDisk } from '../support/small-disk.ts'
import { useRealPair, wonNow } from '../support/use-real-pair.ts'

const WAIT = { timeout: 20_000, interval: 50 }
const A_POST = 50
/** Far more than 2 MB can hold. */
const MOST_POSTS = 400
const pairOf = useRealPair()

it('answers 503 on a full disk and says when to come back, loses nothing, and goes on when there is space', async (test) => {
  const disk = await smallDisk()
  if (disk === null) return test.skip('neither a small file system nor a limit on file sizes can be had here')
  onTestFinished(() => disk.remove())
  const pair = await pairOf({ home: disk.home })
  const host = await pair.start({ everyMs: 50 })
  await disk.takeSpace(host.pid)

  const items = (post: number) => Array.from({ length: A_POST }, (_, at) => wonNow(`F-${post}-${at}`))
  let posts = 0
  let answer = await pair.post(host, items(posts++))
  while (answer.status === 202 && posts < MOST_POSTS) answer = await pair.post(host, items(posts++))
  expect(answer).toMatchObject({ status: 503, retryAfter: expect.stringMatching(/^\d+$/) })
  expect((await fetch(`${host.url}/healthz`)).status).toBe(200)
  await pair.check()

  await disk.giveSpace(host.pid)
  await expect.poll(async () => (await pair.post(host, items(posts - 1))).status, WAIT).toBe(202)
  // What the shortage interrupted waits for its lease or its back-off.
  await expect
    .poll(async () => {
      await pair.pass(host, 2 * MINUTE)
      return (await pair.deliveries()).filter(({ state }) => state === 'accepted').length
    }, WAIT)
    .toBe(posts * A_POST)
  expect(pair.counted().size).toBe(posts * A_POST)
})
