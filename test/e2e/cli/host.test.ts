import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { DeliveryView } from '../../../core/model/story.ts'
import { CANARIES, cliRig, item, signed, WORKSPACE } from './rig.ts'

const ENTRY = join(import.meta.dirname, '../../../server/closeback.mjs')

describe('commands beside a running host', () => {
  const rig = cliRig()
  let host: ChildProcess
  let url = ''
  let out = ''
  let err = ''

  beforeAll(async () => {
    await rig.cliWith(WORKSPACE, 'apply', '-')
    host = spawn(process.execPath, [ENTRY, 'serve'], {
      cwd: '/',
      env: { ...rig.env, INIT_CWD: rig.home, LOG_LEVEL: 'silent' },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    host.stderr?.on('data', (text) => {
      err += text
    })
    await new Promise<void>((resolve, reject) => {
      host.once('exit', () => reject(new Error(`the host ended: ${err}`)))
      host.stdout?.on('data', (text) => {
        out += text
        if (out.includes('\n')) resolve()
      })
    })
    url = /http\S+/.exec(out)?.[0] ?? ''
  })
  afterAll(async () => {
    const ended = once(host, 'exit')
    host.kill('SIGTERM')
    expect(await ended).toEqual([0, null])
    expect(out).toBe(`closeback listening on ${url}\n`)
    for (const canary of Object.values(CANARIES)) expect(out + err).not.toContain(canary)
  })

  const post = async (items: object[]) => {
    const body = Buffer.from(JSON.stringify(items))
    const headers = { 'content-type': 'application/json', ...signed(body) }
    return fetch(`${url}/hooks/webhook/shop-crm`, { method: 'POST', headers, body })
  }
  const deliveryOf = async (recordId: string) => {
    const { events } = (await rig.json('events', 'events')) as { events: DeliveryView[] }
    return events.find(({ record }) => record.id === recordId)
  }

  it('push, explain and list what the host received', async () => {
    expect((await post([item('D-1', 'won')])).status).toBe(202)
    expect(await rig.cli('push', '--now')).toMatchObject({ exit: 0 })
    await expect.poll(async () => (await deliveryOf('D-1'))?.state, { timeout: 10_000 }).toBe('accepted')
    expect((await rig.cli('explain', 'shop-crm', 'D-1')).out).toMatch(/^Sent as Purchase/)
  })

  it('change settings, and the host goes by them', async () => {
    const more = WORKSPACE.replace('stage: won', 'stage: signed')
    expect(await rig.cliWith(more, 'apply', '-')).toMatchObject({ exit: 0 })
    // The host looks for a new revision every few seconds: until then its answer is the old one.
    const answerOf = async (id: string) => {
      await post([item(id, 'signed')])
      const read = async () => (await rig.cli('explain', 'shop-crm', id)).out
      await expect.poll(read, { timeout: 5000 }).not.toContain('waits to be read')
      return read()
    }
    let asked = 0
    await expect
      .poll(() => answerOf(`S-${++asked}`), { timeout: 20_000, interval: 500 })
      .toContain('as Purchase')
  })

  it('refuse to be a second host on the directory: exit 2', async () => {
    const ran = await rig.cli('serve')
    expect(ran).toMatchObject({ exit: 2, out: '' })
    expect(ran.err).toContain('Another Closeback host is running on this data directory.')
  })

  it('make a key that the host takes', async () => {
    const { key } = (await rig.json('api-key', 'api-key', 'create', '--role', 'viewer')) as { key: string }
    const answer = await fetch(`${url}/api/v1/status`, { headers: { authorization: `Bearer ${key}` } })
    expect(answer.status).toBe(200)
  })
})

describe('the process', () => {
  const rig = cliRig()
  const start = (...argv: string[]) =>
    spawn(process.execPath, [ENTRY, ...argv], {
      cwd: '/',
      env: { ...rig.env, INIT_CWD: rig.home },
      stdio: ['ignore', 'pipe', 'pipe'],
    })

  it('runs a sandbox until it is told to stop, and says where in one line', async () => {
    const child = start('sandbox', 'tiktok', '--json')
    const [first] = (await once(child.stdout, 'data')) as [Buffer]
    const { url } = JSON.parse(String(first)) as { url: string }
    expect((await fetch(`${url}/_sandbox/events`)).status).toBe(200)
    const ended = once(child, 'exit')
    child.kill('SIGINT')
    expect(await ended).toEqual([0, null])
  })

  it('gives its exit code and keeps stdout for results', async () => {
    const child = start('explain', 'nobody', 'D-1')
    let out = ''
    let err = ''
    child.stdout.on('data', (text) => {
      out += text
    })
    child.stderr.on('data', (text) => {
      err += text
    })
    expect(await once(child, 'close')).toEqual([1, null])
    expect(out).toBe('')
    expect(err).toBe('There is no source "nobody".\nApply a workspace first.\n')
  })

  it('ends quietly when its reader has seen enough', async () => {
    const child = start('--help')
    child.stdout.destroy()
    expect(await once(child, 'exit')).toEqual([0, null])
  })
})
