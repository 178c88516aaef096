import { expect, it } from 'vitest'
import { type InboundRequest, type Received, SignatureError } from '../../core/adapter.ts'
import { type AdapterHarness, contextOf, expectNamedError, type Receiving } from './adapter-harness.ts'

/** What holds for every adapter that takes requests. */
export function describeReceiving<Settings, Secrets>(
  harness: AdapterHarness<Settings, Secrets>,
  receiving: Receiving,
): void {
  const { now } = harness
  const receive = (request: InboundRequest, ctx = contextOf(harness)): Promise<Received> => {
    if (!harness.adapter.receive)
      throw new Error('a harness with `receiving` belongs to an adapter with `receive`')
    return harness.adapter.receive(request, ctx)
  }
  const valid = () => receiving.sign(receiving.body, now)

  it('takes a signed request, twice with the same result, and leaves it as it was', async () => {
    const request = valid()
    const first = await receive(request)
    expect(first.every((one) => one.ok)).toBe(true)
    expect(await receive(request)).toEqual(first)
    expect(request).toEqual(valid())
  })

  it('gives the same keys to the same message signed again later', async () => {
    const later = now + 30 * 24 * 3_600_000
    const again = await receive(receiving.sign(receiving.body, later), {
      ...contextOf(harness),
      now: () => later,
    })
    expect(keysOf(again)).toEqual(keysOf(await receive(valid())))
  })

  it('refuses a request without any one of its signature headers', async () => {
    for (const header of receiving.signatureHeaders) {
      const { [header]: left, ...headers } = valid().headers
      expect(left, header).toBeDefined()
      await expectRefusedSignature(receive({ ...valid(), headers }), `without ${header}`)
      const blank = { ...headers, [header]: '' }
      await expectRefusedSignature(receive({ ...valid(), headers: blank }), `with an empty ${header}`)
    }
  })

  it('refuses a request signed with another secret', async () => {
    await expectRefusedSignature(receive(receiving.forged), 'forged')
  })

  it('refuses every flipped bit of the body', async () => {
    if (receiving.signsBody === false) return
    const request = valid()
    for (let bit = 0; bit < request.body.length * 8; bit++) {
      const body = Buffer.from(request.body)
      body.writeUInt8(body.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3)
      await expectRefusedSignature(receive({ ...request, body }), `bit ${bit} of the body`)
    }
    await expectRefusedSignature(receive({ ...request, body: Buffer.alloc(0) }), 'no body')
    const longer = Buffer.concat([request.body, Buffer.from(' ')])
    await expectRefusedSignature(receive({ ...request, body: longer }), 'one byte more')
  })

  it('refuses every flipped bit of every signature header', async () => {
    const request = valid()
    for (const header of receiving.signatureHeaders) {
      const value = request.headers[header] ?? ''
      for (let bit = 0; bit < value.length * 7; bit++) {
        const at = Math.floor(bit / 7)
        const flipped = String.fromCharCode(value.charCodeAt(at) ^ (1 << (bit % 7)))
        const headers = { ...request.headers, [header]: value.slice(0, at) + flipped + value.slice(at + 1) }
        await expectRefusedSignature(receive({ ...request, headers }), `bit ${bit} of ${header}`)
      }
    }
  })

  it('refuses another method or URL where they are signed', async () => {
    if (!receiving.signsUrl) return
    const request = valid()
    await expectRefusedSignature(receive({ ...request, url: `${request.url}x` }), 'another URL')
    await expectRefusedSignature(receive({ ...request, method: 'PUT' }), 'another method')
  })

  it('meets a signed body of any kind with items or a named error, never with a crash', async () => {
    for (const body of ODD_BODIES) {
      const received = receive(receiving.sign(body, now))
      const outcome = await received.catch((error: unknown) => error)
      if (outcome instanceof Error) await expectNamedError(received)
      else
        for (const one of outcome as Received)
          if (!one.ok) for (const issue of one.invalid.errors) expect(issue.message).not.toBe('')
    }
  })

  it('repeats no identifier in what it says about an item it cannot read', async () => {
    const broken = Buffer.from(receiving.body.toString('utf8').replaceAll('":"', '": "').slice(0, -1))
    const outcome = await receive(receiving.sign(broken, now)).catch((error: unknown) => error)
    const said =
      outcome instanceof Error ? outcome.message + JSON.stringify(outcome) : JSON.stringify(refusals(outcome))
    for (const identifier of harness.identifiers) expect(said).not.toContain(identifier)
  })
}

const ODD_BODIES = [
  '',
  ' ',
  'null',
  'true',
  '7',
  '1e999',
  '"text"',
  '[]',
  '{}',
  '[null]',
  '[[[]]]',
  '{"__proto__":{"admin":true}}',
  '{"constructor":{"prototype":{}}}',
  '{"a":1,"a":2}',
  '"\\ud800"',
  '{"\\ud800":"\\u0000"}',
  '{"id":',
  '<xml/>',
  '\ufeff{}',
  `${'['.repeat(500_000)}${']'.repeat(500_000)}`,
  `${'{"a":'.repeat(500_000)}null${'}'.repeat(500_000)}`,
]
  .map((text) => Buffer.from(text))
  .concat(Buffer.from([0x22, 0xff, 0xfe, 0x22]), Buffer.alloc(1000, 0))

async function expectRefusedSignature(outcome: Promise<Received>, what: string): Promise<void> {
  const error = await outcome.then(
    () => null,
    (reason: unknown) => reason,
  )
  if (!(error instanceof SignatureError))
    expect.fail(`${what}: expected a SignatureError, got ${String(error)}`)
}

function keysOf(received: Received): (string | null)[] {
  return received.map((one) => (one.ok ? one.ticket.key : null))
}

function refusals(outcome: unknown): unknown[] {
  return (outcome as Received).flatMap((one) => (one.ok ? [] : [one.invalid]))
}
