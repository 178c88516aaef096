import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type RawConnection, rawConnection, statusOf } from './raw.ts'
import { item, post, type Rig, signed, startRig } from './rig.ts'

const SLOW = process.env.CLOSEBACK_LONG ? 500 : 200

describe('slow clients', () => {
  let rig: Rig
  const open: RawConnection[] = []
  beforeAll(async () => {
    rig = await startRig({
      limits: { headersTimeout: 1500, requestTimeout: 3000, connectionsCheckingInterval: 200 },
    })
  })
  afterAll(async () => {
    for (const { socket } of open) socket.destroy()
    await rig.end()
  })

  it('get a 408, and delay nobody else', async () => {
    const headers = Object.entries({ ...signed('x'), 'content-length': '100000' })
    const head = `POST /hooks/webhook/shop-crm HTTP/1.1\r\nhost: x\r\n${headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')}`
    for (let n = 0; n < SLOW; n++) {
      const connection = await rawConnection(rig.url)
      connection.socket.on('error', () => {})
      // Half of them never end their headers, half never end their body.
      connection.socket.write(
        n % 2 === 0 ? 'POST /hooks/webhook/shop-crm HTTP/1.1\r\nhost: x\r\n' : `${head}\r\n{"id":`,
      )
      open.push(connection)
    }
    const began = performance.now()
    expect((await post(rig.url, item())).status).toBe(202)
    // Ten times the figure of the promise: only a sender that had to wait for the slow ones takes longer.
    expect(performance.now() - began).toBeLessThan(2500)
    const heard = await Promise.all(open.map(({ closed }) => closed))
    expect(new Set(heard.map(statusOf))).toEqual(new Set([408]))
    expect((await post(rig.url, item())).status).toBe(202)
  })
})
