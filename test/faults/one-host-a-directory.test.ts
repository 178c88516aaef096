import { expect, it } from 'vitest'
import { useRealPair, wonNow } from '../support/use-real-pair.ts'

const WAIT = { timeout: 20_000, interval: 20 }
const pairOf = useRealPair()

it('a second host on the directory exits with 2 and says why, while the first goes on', async () => {
  const pair = await pairOf()
  const first = await pair.start({ command: true })
  const second = await pair.cli('serve')
  expect(second).toMatchObject({ code: 2, out: '' })
  expect(second.err).toContain('Another Closeback host is running on this data directory.')
  expect(second.err).toContain('CLOSEBACK_HOME')
  expect((await pair.post(first, [wonNow('D-1')])).status).toBe(202)
  // A host that was killed holds nothing: the next one starts at once.
  await first.end('SIGKILL')
  const third = await pair.start({ command: true })
  expect((await pair.post(third, [wonNow('D-1', {})])).status).toBe(202)
})

it('commands work beside a host that receives: settings, a push, a list, a decision', async () => {
  const pair = await pairOf()
  const host = await pair.start()
  await pair.post(host, [wonNow('D-1'), wonNow('D-2')])
  await expect.poll(async () => (await pair.deliveries()).length, WAIT).toBe(2)
  let n = 0
  let stop = false
  const sender = async () => {
    while (!stop) expect((await pair.post(host, [wonNow(`B-${n++}`)])).status).toBe(202)
  }
  const sending = sender()
  try {
    const [exported, pushed, paused] = await Promise.all([
      pair.cli('export', '--json'),
      pair.cli('push', '--now', '--json'),
      pair.cli('pause', 'eu-brand', '--json'),
    ])
    expect(exported).toMatchObject({ code: 0, out: expect.stringContaining('shop-crm') })
    expect(pushed.code).toBe(0)
    expect(JSON.parse(pushed.out)).toMatchObject({ rejected: 0, uncertain: 0 })
    expect(JSON.parse(pushed.out).accepted).toBeGreaterThanOrEqual(2)
    expect(paused.code).toBe(0)
    const listed = await pair.cli('events', '--state', 'accepted', '--json')
    expect(JSON.parse(listed.out).events.length).toBeGreaterThanOrEqual(2)
  } finally {
    stop = true
    await sending
  }
  await pair.push(host)
  expect((await pair.deliveries()).map(({ state }) => state)).toEqual(Array(n + 2).fill('accepted'))
})
