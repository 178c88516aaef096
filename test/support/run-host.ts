import { readConfig } from '../../server/config.ts'
import { serve } from '../../server/serve.ts'

/**
 * The host of `closeback serve` for tests that kill it: it pushes as often as TEST_EVERY_MS says, its clock can be stepped
 * by a message, and its events may be held back (TEST_HOLD) and its requests to TikTok given up early (TEST_REQUEST_MS).
 */
const { TEST_EVERY_MS, TEST_REQUEST_MS, TEST_HOLD } = process.env
let offset = 0
let passed = 0

// Time that passes is seen by every clock; a step only by the one on the wall.
process.on('message', ({ step, pass }: { step: number; pass: number }) => {
  offset += step + pass
  passed += pass
  process.send?.({ offset })
})
const monotonic = performance.now.bind(performance)
performance.now = () => monotonic() + passed

function request(input: Parameters<typeof fetch>[0], init?: RequestInit): Promise<Response> {
  if (TEST_HOLD && String(input).endsWith('/event/track/')) return new Promise(() => {})
  if (!TEST_REQUEST_MS) return fetch(input, init)
  const early = AbortSignal.timeout(Number(TEST_REQUEST_MS))
  return fetch(input, { ...init, signal: init?.signal ? AbortSignal.any([init.signal, early]) : early })
}

const host = await serve(readConfig(process.env), {
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
  now: () => Date.now() + offset,
  fetch: request,
  everyMs: Number(TEST_EVERY_MS),
})
process.once('SIGTERM', async () => {
  await host.stop()
  process.disconnect()
})
