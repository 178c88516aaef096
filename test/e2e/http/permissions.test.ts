import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ROLES, type Role } from '../../../core/ledger/api-keys.ts'
import { createApp } from '../../../server/app.ts'
import { PERMISSIONS, type Permission } from '../../../server/auth/permissions.ts'
import type { Host } from '../../../server/host.ts'
import { openApiDocument } from '../../../server/openapi/document.ts'
import { type Rig, startRig } from './rig.ts'
import { routesOf } from './routes.ts'

const TABLE = Object.entries(PERMISSIONS) as [string, Permission][]

describe('the table of permissions', () => {
  let rig: Rig
  const keys = new Map<Role, string>()
  beforeAll(async () => {
    rig = await startRig()
    for (const role of ROLES) keys.set(role, await rig.key(role, role === 'sender' ? 'shop-crm' : undefined))
  })
  afterAll(() => rig.end())

  const appRoutes = () => {
    const jobs = {
      wake() {},
      push: async () => Promise.reject(),
      lastPush: () => null,
      workspaceChanged() {},
    }
    const { signal: stopping } = new AbortController()
    const host = { closeback: rig.closeback, publicUrl: () => rig.url, stopping, jobs } as unknown as Host
    return routesOf(createApp(host))
  }

  it('names every route of the app, and no other', () => {
    expect(appRoutes()).toEqual(TABLE.map(([route]) => route).sort())
  })

  it('and the OpenAPI document names the same', () => {
    const { paths = {} } = openApiDocument()
    const described = Object.entries(paths).flatMap(([path, item]) =>
      Object.keys(item ?? {}).map((method) => `${method.toUpperCase()} ${path}`),
    )
    expect(described.sort()).toEqual(appRoutes())
  })

  /** Called with parameters that match nothing and a body that is refused, so that being let in changes nothing. */
  async function call(route: string, authorization?: string) {
    const [method = '', path = ''] = route.split(' ')
    const answer = await fetch(rig.url + path.replaceAll(/\{\w+\}/g, 'none'), {
      method,
      headers: { 'content-type': 'application/json', ...(authorization && { authorization }) },
      ...(method === 'GET' || method === 'DELETE' ? {} : { body: '{"refused":true}' }),
    })
    await answer.arrayBuffer()
    return answer
  }

  for (const [route, permission] of TABLE) {
    it(`${route}: ${Array.isArray(permission) ? permission.join(', ') : permission}`, async () => {
      const none = await call(route)
      // Nobody is asked who they are: the body is what is refused.
      if (permission === 'public') {
        const isFile = route === 'GET /assets/{file}'
        expect(none.status).toBe(isFile ? 404 : route.startsWith('GET') ? 200 : 400)
      }
      // Without a consent that was begun in this browser nothing happens; the console says so.
      else if (permission === 'consent') expect(none.url).toContain('trouble=state')
      // The hook hides nothing: whoever has no signature for it learns only that there is no such source.
      else if (permission === 'signature' || permission === 'site') expect(none.status).toBe(404)
      else {
        expect(none.status).toBe(401)
        expect(none.headers.get('www-authenticate')).toBe('Bearer realm="closeback"')
        for (const wrong of ['Bearer cb_wrong', 'Bearer ', 'Basic b3duZXI6', `Bearer ${'x'.repeat(5000)}`]) {
          expect((await call(route, wrong)).status).toBe(401)
        }
      }
      for (const [role, key] of keys) {
        if (!Array.isArray(permission)) continue
        const { status } = await call(route, `Bearer ${key}`)
        if (permission.includes(role)) expect([401, 403], `${role} may`).not.toContain(status)
        else expect(status, `${role} may not`).toBe(403)
      }
    })
  }

  it('a key opens a hook only to the sender of its source, and a wrong one to nobody', async () => {
    const post = async (source: string, authorization: string) => {
      const answer = await fetch(`${rig.url}/hooks/webhook/${source}`, {
        method: 'POST',
        headers: { authorization, 'content-type': 'application/json' },
        body: '{}',
      })
      return answer.status
    }
    for (const [role, key] of keys) {
      // 400: let in, and then nothing of the body can be read.
      expect(await post('shop-crm', `Bearer ${key}`), role).toBe(role === 'sender' ? 400 : 403)
      expect(await post('other-crm', `Bearer ${key}`), role).toBe(403)
    }
    for (const wrong of ['Bearer cb_wrong', 'Bearer other', 'Basic b3duZXI6', 'cb_x', '']) {
      expect(await post('shop-crm', wrong), wrong).toBe(401)
    }
  })

  it('nobody is let in by another case of a path, a slash at its end or another method', async () => {
    for (const route of [
      'GET /API/v1/workspace',
      'GET /api/v1/workspace/',
      'HEAD /api/v1/workspace',
      'GET //api/v1/workspace',
      'GET /api/v1/%77orkspace',
      'TRACE /api/v1/workspace',
    ]) {
      const [method = '', path = ''] = route.split(' ')
      if (method === 'TRACE') continue
      const { status } = await fetch(rig.url + path, { method })
      expect([401, 404], route).toContain(status)
    }
  })
})
