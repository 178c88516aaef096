import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PERMISSIONS } from '../../../server/auth/permissions.ts'
import { type Rig, SECRET, startRig } from './rig.ts'

const run = promisify(execFile)

describe('the page about the API', () => {
  let rig: Rig
  beforeAll(async () => {
    rig = await startRig()
  })
  afterAll(() => rig.end())

  const page = async (query = '') => {
    const answer = await fetch(`${rig.url}/api${query}`)
    expect(answer.status).toBe(200)
    return { text: await answer.text(), headers: answer.headers }
  }
  const unescaped = (text: string) =>
    text
      .replaceAll('&lt;', '<')
      .replaceAll('&gt;', '>')
      .replaceAll('&quot;', '"')
      .replaceAll('&#39;', "'")
      .replaceAll('&amp;', '&')
  const commands = (text: string) =>
    [...text.matchAll(/<pre class="copy"[^>]*>([^<]*)<\/pre>/g)].map(([, found]) => unescaped(found ?? ''))

  it('shows every route there is, who may call it, and every shape it speaks of', async () => {
    const { text } = await page()
    for (const route of Object.keys(PERMISSIONS)) {
      const [verb = '', path = ''] = route.split(' ')
      expect(text).toContain(`${verb}</span>\n<code>${path}</code>`)
    }
    expect(text).toContain('Roles: owner, admin.')
    const linked = [...text.matchAll(/href="#([^"]+)"/g)].map(([, id]) => id)
    for (const id of new Set(linked)) expect(text).toContain(`id="${id}"`)
  })

  it('runs nothing and loads nothing from anywhere', async () => {
    const { text, headers } = await page()
    const policy = headers.get('content-security-policy') ?? ''
    expect(policy).toContain("default-src 'none'")
    expect(policy).not.toContain('unsafe')
    expect(policy).not.toContain('script-src')
    expect(text).not.toMatch(/<script|<link|<img|\son\w+=|style="|javascript:/i)
  })

  it('fills in the id of a source and nothing else, and tells nobody which sources there are', async () => {
    expect((await page('?source=my-shop.2')).text).toContain('/hooks/webhook/my-shop.2')
    const odd = ["'; rm -rf ~; '", '<script>', '../x', 'a b', '$(id)', 'x'.repeat(65), '%00']
    for (const source of odd) {
      const { text } = await page(`?source=${encodeURIComponent(source)}`)
      for (const command of commands(text)) expect(command).toContain('/hooks/webhook/shop-crm')
      expect(text).not.toContain('<script')
    }
    const known = (await page('?source=other-crm')).text.replaceAll('other-crm', 'X')
    expect((await page('?source=no-such-crm')).text.replaceAll('no-such-crm', 'X')).toBe(known)
    expect(known).not.toContain(SECRET)
  })

  it('gives a request that works as soon as the secret is in it', async () => {
    const [signed = ''] = commands((await page('?source=shop-crm')).text)
    const { stdout } = await run('bash', ['-c', signed.replace('whsec_...', SECRET)])
    expect(JSON.parse(stdout)).toMatchObject({ received: 1, invalid: 0 })
  })
})
