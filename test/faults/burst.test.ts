import { expect, it } from 'vitest'
import { useRealPair, wonNow } from '../support/use-real-pair.ts'

const LONG = process.env.CLOSEBACK_LONG === '1'
const MESSAGES = LONG ? 10_000 : 1_500
const SENDERS = 100
/** Ten times what the bench holds the host to; only where nothing else runs beside it. */
const P99_MS = 2_500

const pairOf = useRealPair()

it('takes a burst: every message acknowledged in time and sent once, within 512 MB of heap (fault 23)', {
  timeout: 300_000,
}, async () => {
  const pair = await pairOf()
  // Past its heap the process dies, and with it the answers.
  const host = await pair.start({ env: { NODE_OPTIONS: '--max-old-space-size=512' } })
  const took: number[] = []
  let next = 0
  const sender = async () => {
    while (next < MESSAGES) {
      const item = wonNow(`D-${next++}`)
      const began = performance.now()
      const { status } = await pair.post(host, [item])
      took.push(performance.now() - began)
      expect(status).toBe(202)
    }
  }
  await Promise.all(Array.from({ length: SENDERS }, sender))
  took.sort((a, b) => a - b)
  expect(took).toHaveLength(MESSAGES)
  if (LONG) expect(took[Math.floor(MESSAGES * 0.99)]).toBeLessThan(P99_MS)
  expect(await pair.push(host)).toMatchObject({ accepted: MESSAGES, rejected: 0 })
  expect(pair.counted().size).toBe(MESSAGES)
})
