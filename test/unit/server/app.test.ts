import request from 'supertest'
import { describe, expect, it } from 'vitest'
import { createApp } from '../../../server/app.ts'
import type { Host } from '../../../server/host.ts'

/** A host whose settings cannot be had, for whatever reason the test gives. */
function appThatFails(error: unknown) {
  const logged: string[] = []
  const note = (facts: object, event: string) => logged.push(JSON.stringify({ ...facts, event }))
  const pipeline = {
    settings: () => Promise.reject(error),
    log: { debug: note, info: note, warn: note, error: note },
  }
  const jobs = {}
  const metrics = { hookAnswered() {} }
  const host = {
    closeback: { pipeline, config: { publicUrl: null }, sessionKey: 'key', store: {}, ledger: {} },
    publicUrl: () => '',
    jobs,
    metrics,
  } as unknown as Host
  return { app: createApp(host), logged }
}

describe('the app', () => {
  it('answers a crash with one generic text, and logs where it happened, whatever NODE_ENV says', async () => {
    const { app, logged } = appThatFails(new TypeError('cannot read "ada@example.com"'))
    for (const env of ['development', 'production', 'test']) {
      app.set('env', env)
      const answer = await request(app).post('/hooks/webhook/shop?token=T1').send({ id: 1 })
      expect(answer.status).toBe(500)
      expect(answer.type).toBe('application/problem+json')
      expect(answer.body).toMatchObject({ status: 500, code: 'internal' })
      expect(answer.text).not.toMatch(/ada|app\.test|node_modules/)
    }
    expect(logged.join()).toContain('TypeError')
    expect(logged.join()).toContain('app.test.ts')
    expect(logged.join()).not.toMatch(/ada@|ada%|\bada\b|T1/)
  })

  it('answers what is thrown that is no error', async () => {
    const { app } = appThatFails('a text')
    expect((await request(app).post('/hooks/webhook/shop').send({})).status).toBe(500)
  })

  it('has nothing at any other address, in the form of every other error', async () => {
    const { app } = appThatFails(new Error('x'))
    for (const path of ['/nowhere', '/api/v1', '/hooks/webhook', '/hooks/webhook/a/b', '/.env']) {
      const answer = await request(app).get(path)
      expect([answer.status, answer.type]).toEqual([404, 'application/problem+json'])
    }
  })

  it('answers 400 to a path that is not UTF-8', async () => {
    const { app } = appThatFails(new Error('x'))
    const answer = await request(app).get('/api/v1/deliveries/%E0%A4%A')
    expect(answer.status).toBe(400)
  })

  it('tells browsers to run nothing and to frame nothing, and says nothing of the software', async () => {
    const { app } = appThatFails(new Error('x'))
    const { headers } = await request(app).get('/')
    expect(headers['content-security-policy']).toContain("script-src 'self'")
    expect(headers['x-frame-options']).toBe('SAMEORIGIN')
    expect(headers['x-content-type-options']).toBe('nosniff')
    expect(headers).not.toHaveProperty('x-powered-by')
  })
})
