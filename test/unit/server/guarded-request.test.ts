import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { adapterFetch } from '../../../server/adapter-fetch.ts'
import { checkGuarded, guardedFetch, guardedPost } from '../../../server/guarded-request.ts'
import { isPublicAddress } from '../../../server/public-address.ts'

const PRIVATE = [
  '0.0.0.0',
  '10.0.0.1',
  '100.64.0.1',
  '127.0.0.1',
  '127.255.255.254',
  '169.254.169.254',
  '172.16.0.1',
  '172.31.255.255',
  '192.0.0.1',
  '192.0.2.1',
  '192.88.99.1',
  '192.168.1.1',
  '198.18.0.1',
  '198.51.100.1',
  '203.0.113.7',
  '224.0.0.1',
  '239.255.255.255',
  '240.0.0.1',
  '255.255.255.255',
  '::',
  '::1',
  '::7f00:1',
  '::ffff:127.0.0.1',
  '::ffff:7f00:1',
  '::ffff:169.254.169.254',
  '::ffff:10.0.0.1',
  '0:0:0:0:0:ffff:c0a8:101',
  '::ffff:0:0',
  '64:ff9b::7f00:1',
  '64:ff9b::169.254.169.254',
  '64:ff9b:1::1',
  '100::1',
  '2001::1',
  '2001:db8::1',
  '2002:7f00:1::',
  '3fff::1',
  'fc00::1',
  'fd00:ec2::254',
  'fe80::1',
  'fe80::1%eth0',
  'fec0::1',
  'ff02::1',
  'localhost',
  '127.0.0.1.',
  '',
]
const PUBLIC = [
  '1.1.1.1',
  '8.8.8.8',
  '100.63.255.255',
  '172.15.0.1',
  '172.32.0.1',
  '192.0.1.1',
  '223.255.255.255',
  '2606:4700:4700::1111',
  '2a00:1450::1',
  '::ffff:8.8.8.8',
  '64:ff9b::808:808',
]

describe('a public address', () => {
  it.each(PRIVATE)('is not %s', (address) => expect(isPublicAddress(address)).toBe(false))
  it.each(PUBLIC)('is %s', (address) => expect(isPublicAddress(address)).toBe(true))

  it('is the same in IPv4 and carried by IPv6, whatever it is', () => {
    fc.assert(
      fc.property(fc.ipV4(), (address) => {
        const hex = address.split('.').map((part) => Number(part).toString(16).padStart(2, '0'))
        const carried = `::ffff:${hex[0]}${hex[1]}:${hex[2]}${hex[3]}`
        expect(isPublicAddress(`::ffff:${address}`)).toBe(isPublicAddress(address))
        expect(isPublicAddress(carried)).toBe(isPublicAddress(address))
        expect(isPublicAddress(carried.replace('::ffff', '64:ff9b:'))).toBe(isPublicAddress(address))
      }),
    )
  })
})

describe('a guarded request', () => {
  const seen: string[] = []
  let connections = 0
  const server = createServer((req, res) => {
    seen.push(`${req.method} ${req.url}`)
    if (req.url === '/slow') return
    if (req.url === '/away') res.writeHead(302, { location: '/here' })
    res.end('ok')
  })
  let port = 0
  beforeAll(async () => {
    server.on('connection', () => connections++)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    port = (server.address() as AddressInfo).port
  })
  afterAll(() => {
    server.closeAllConnections()
    server.close()
  })
  const post = (url: string, options: Parameters<typeof guardedPost>[1], timeoutMs = 5_000) =>
    guardedPost({ url, headers: { 'content-type': 'application/json' }, body: '{}', timeoutMs }, options)
  const guard = { allowPrivate: false }
  const answering = (...answers: string[][]) => {
    let turn = 0
    return async () =>
      (answers[Math.min(turn++, answers.length - 1)] ?? []).map((address) => ({
        address,
        family: address.includes(':') ? 6 : 4,
      }))
  }

  it.each([
    ['http://hooks.example.com/a', 'https'],
    ['ftp://hooks.example.com/a', 'https'],
    ['not a url', 'https'],
    ['https://user:word@hooks.example.com/', 'user name'],
    ['https://127.0.0.1/', 'not a public address'],
    ['https://0x7f.1/', 'not a public address'],
    ['https://2130706433/', 'not a public address'],
    ['https://0177.0.0.1/', 'not a public address'],
    ['https://169.254.169.254/latest/meta-data/', 'not a public address'],
    ['https://[::1]/', 'not a public address'],
    ['https://[::ffff:127.0.0.1]/', 'not a public address'],
    ['https://[fd00:ec2::254]/', 'not a public address'],
  ])('to %s is refused before anything is resolved', async (url, why) => {
    const resolve = async () => Promise.reject(new Error('asked'))
    await expect(checkGuarded(url, { ...guard, resolve })).rejects.toThrow(why)
    await expect(post(url, { ...guard, resolve })).rejects.toMatchObject({
      code: 'invalid',
      remedy: expect.stringContaining('CLOSEBACK_ALLOW_PRIVATE_URLS'),
    })
  })

  it('to a name that leads to a private address is refused, also when only one of its addresses is', async () => {
    const before = connections
    for (const addresses of [['127.0.0.1'], ['8.8.8.8', '127.0.0.1'], ['::ffff:127.0.0.1'], ['::1']]) {
      const resolve = answering(addresses)
      await expect(post(`https://hooks.example.com:${port}/`, { ...guard, resolve })).rejects.toThrow(
        'hooks.example.com leads to an address that is not public',
      )
    }
    await expect(post('https://localhost/', guard)).rejects.toThrow('not public')
    expect(connections).toBe(before)
  })

  it('gains nothing by a name that is public when it is checked and private when it is connected to', async () => {
    const before = connections
    const options = { ...guard, resolve: answering(['8.8.8.8'], ['127.0.0.1']) }
    const url = `https://rebind.example.com:${port}/`
    await checkGuarded(url, options)
    await expect(post(url, options)).rejects.toThrow('not public')
    expect(connections).toBe(before)
  })

  it('connects to the very address that was checked', async () => {
    const asked: string[] = []
    const resolve = async (name: string) => {
      asked.push(name)
      return [{ address: '127.0.0.1', family: 4 }]
    }
    expect(await post(`http://once.example.com:${port}/once`, { allowPrivate: true, resolve })).toBe(200)
    expect(asked).toEqual(['once.example.com'])
  })

  it('follows no redirect', async () => {
    expect(await post(`http://127.0.0.1:${port}/away`, { allowPrivate: true })).toBe(302)
    expect(seen).toContain('POST /away')
    expect(seen.some((each) => each.endsWith('/here'))).toBe(false)
  })

  it('ends in time', async () => {
    await expect(post(`http://127.0.0.1:${port}/slow`, { allowPrivate: true }, 200)).rejects.toThrow()
    const never = { allowPrivate: true, resolve: () => new Promise<never>(() => {}) }
    await expect(post('http://never.example.com/', never, 50)).rejects.toThrow()
  })

  it('quotes no path: it may be a secret', async () => {
    const error = await checkGuarded('https://10.0.0.1/services/T0/secret', guard).catch(String)
    expect(error).not.toContain('secret')
  })

  it('is a fetch for adapters: the same answer, no redirect, no private address', async () => {
    const fetch = guardedFetch({ allowPrivate: true })
    const answer = await fetch(`http://127.0.0.1:${port}/asked`, { method: 'PUT', body: 'x' })
    expect([answer.status, await answer.text()]).toEqual([200, 'ok'])
    expect(seen).toContain('PUT /asked')
    await expect(fetch(`http://127.0.0.1:${port}/away`)).rejects.toThrow('redirect')
    await expect(guardedFetch(guard)('https://10.0.0.1/')).rejects.toThrow('not a public address')
  })

  it('lets an adapter reach the origin that the environment names, and no other private one', async () => {
    const asked: string[] = []
    const plain = async (input: string | URL | Request) => {
      asked.push(String(input))
      return new Response('ok')
    }
    const fetch = adapterFetch({ allowPrivateUrls: false }, 'http://127.0.0.1:9001', plain)
    await fetch('http://127.0.0.1:9001/deals')
    await expect(fetch('http://127.0.0.1:9002/deals')).rejects.toThrow('https')
    expect(asked).toEqual(['http://127.0.0.1:9001/deals'])
    await adapterFetch({ allowPrivateUrls: true }, null, plain)('http://127.0.0.1:9002/')
    expect(asked).toHaveLength(2)
  })
})
