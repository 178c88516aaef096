import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { startTikTokSandbox } from '../../../fixtures/sandbox/tiktok/index.ts'
import { ask } from './ask.ts'
import { eventually } from './eventually.ts'
import { item, post, type Rig, startRig, WORKSPACE } from './rig.ts'

const EMAIL = 'canary.bird@private.example'
const PHONE = '+14155550142'
const FIRST = 'Canarissa'
const TOKEN = 'canary-token-5a1f'
const SECRET = `whsec_${Buffer.from('canary secret, never to be seen!').toString('base64')}`
/** Every form in which one of them could stand in a file or a line. */
const CANARIES = [
  EMAIL,
  EMAIL.toUpperCase(),
  encodeURIComponent(EMAIL),
  PHONE,
  PHONE.slice(1),
  FIRST,
  TOKEN,
  SECRET,
  SECRET.slice(6),
]

describe('personal texts and secrets', () => {
  it('are nowhere: not in logs, answers, terminal output or the files of the data directory', async () => {
    const seed = await startTikTokSandbox({ port: 0 })
    const [source] = WORKSPACE.sources
    const [connection] = WORKSPACE.connections
    const workspace = {
      ...WORKSPACE,
      connections: [{ ...connection, tokens: { events: { value: TOKEN } } }],
      sources: [{ ...source, secrets: { signing: { value: SECRET } } }],
    }
    const rig = await startRig({ env: { TIKTOK_API_URL: seed.url }, workspace })
    const owner = await rig.key('owner')
    const answers: string[] = []
    try {
      const contact = { email: EMAIL, phone: PHONE, firstName: FIRST, externalId: EMAIL }
      const good = item({
        contact,
        record: { type: 'deal', id: 'D-canary' },
        pageUrl: `https://shop.example/thanks?email=${encodeURIComponent(EMAIL)}&utm_source=tiktok#${EMAIL}`,
      })
      const sign = { secret: SECRET }
      const say = async (said: unknown, over = {}) => {
        const answer = await post(rig.url, said, { sign, ...over })
        answers.push(JSON.stringify(answer.json))
        return answer.status
      }
      expect(await say(good)).toBe(202)
      expect(await say({ ...good, amount: '1.00' })).toBe(202)
      // Wrong in every way that could make somebody quote it.
      expect(
        await say(item({ amount: EMAIL, currency: EMAIL, occurredAt: EMAIL, stage: { [EMAIL]: PHONE } })),
      ).toBe(400)
      expect(await say(`{"contact":{"email":"${EMAIL}"`)).toBe(400)
      expect(await say(good, { headers: { 'webhook-signature': `v1,${EMAIL}` } })).toBe(401)
      expect(await say(good, { source: encodeURIComponent(EMAIL) })).toBe(404)

      const call = async (route: string, over: Parameters<typeof ask>[2] = {}) => {
        const { json } = await ask(rig.url, route, { key: owner, ...over })
        answers.push(JSON.stringify(json))
        return json
      }
      await eventually(async () => expect((await call('GET /deliveries')).deliveries).toHaveLength(1))
      await call('POST /push')
      await call('GET /deals/shop-crm/D-canary')
      await call('GET /workspace')
      await call('GET /status')
      await call('GET /api-keys')
      await call('PUT /workspace', {
        raw: `version: 1\nsources: [{ id: "${EMAIL}", secrets: { signing: "${SECRET}" } }]`,
        headers: { 'content-type': 'application/yaml' },
      })
      await call(`GET /deliveries?state=${EMAIL}&limit=${EMAIL}`)
      await call('POST /api-keys', { body: { role: EMAIL, [TOKEN]: 1 } }).catch(() => {})
    } finally {
      await rig.stop()
      await seed.close()
    }
    const files = await filesOf(rig)
    expect(files.size).toBeGreaterThanOrEqual(3)
    // What was logged must be there to be searched.
    expect(rig.logged.join('')).toContain('hook_received')
    const places = new Map([
      ...files,
      ['log', rig.logged.join('')],
      ['stdout', rig.printed.join('')],
      ['stderr', rig.told.join('')],
    ])
    for (const [place, text] of places)
      for (const canary of CANARIES) expect(text.includes(canary), `${canary} in ${place}`).toBe(false)
    // An answer may repeat to a caller the name of a member that this caller made up, and nothing else.
    for (const canary of CANARIES.filter((each) => each !== TOKEN))
      for (const answer of answers)
        expect(answer.includes(canary), `${canary} in ${answer.slice(0, 300)}`).toBe(false)
    await rig.end()
  })
})

async function filesOf({ home }: Rig): Promise<Map<string, string>> {
  const files = new Map<string, string>()
  for (const name of await readdir(home)) files.set(name, await readFile(join(home, name), 'latin1'))
  return files
}
