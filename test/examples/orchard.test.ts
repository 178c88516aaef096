import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Ticket } from '../../core/adapter.ts'
import { ClosebackError } from '../../core/model/errors.ts'
import orchard from '../../fixtures/adapters/orchard.ts'
import { loadAdapters } from '../../server/adapters.ts'
import { describeAdapter } from '../conformance/index.ts'
import { api, KEY, notice, sign } from './orchard-world.ts'

const ROOT = resolve(import.meta.dirname, '../..')
const NOW = Date.UTC(2026, 10, 20, 12)

async function ticketsOf(ctx: Parameters<NonNullable<typeof orchard.receive>>[1]): Promise<Ticket[]> {
  const received = await Promise.all([
    orchard.receive?.(sign(notice('n-1', 'O-1')), ctx),
    orchard.receive?.(sign(notice('n-2', 'O-2')), ctx),
  ])
  return received.flat().flatMap((one) => (one?.ok ? [one.ticket] : []))
}

describeAdapter('orchard, the example of docs/adapters.md', () => ({
  adapter: orchard,
  settings: { apiUrl: 'https://api.orchard.example' },
  secrets: { signing: [KEY], token: ['orchard-token'] },
  now: NOW,
  fetch: api,
  tickets: ticketsOf,
  wonAndLost: async (ctx) => (await ticketsOf(ctx)) as [Ticket, Ticket],
  identifiers: ['ada@example.com', '+14155550100'],
  refusedSettings: [{ what: 'no address', value: {}, path: 'apiUrl' }],
  refusedSecrets: [{ what: 'no token', value: { signing: [KEY] }, path: 'token' }],
  failing: [{ what: 'a wrong token', secrets: { signing: [KEY], token: ['other'] } }],
}))

describe('loading adapters', () => {
  it('finds one by its file, under its own id and under the name it was listed by', async () => {
    const adapters = await loadAdapters(['./fixtures/adapters/orchard.ts'], ROOT)
    expect([...adapters.keys()]).toEqual([
      'webhook',
      'hubspot',
      'salesforce',
      'orchard',
      './fixtures/adapters/orchard.ts',
    ])
    expect(adapters.get('orchard')).toBe(orchard)
  })

  it.each([
    ['a file that is not there', null, /cannot be loaded/, []],
    ['a module without a default', 'export const a = 1', /contract/, ['default']],
    [
      'an adapter without parts',
      "export default { id: 'x', settings: 1, hydrate: 2 }",
      /contract/,
      ['title', 'leadEventSource', 'settings', 'secrets', 'identityOptions', 'check', 'hydrate'],
    ],
    ['a module that throws', "throw new Error('no licence')", /cannot be loaded: no licence/, []],
  ])('names what is wrong with %s', async (_what, text, message, paths) => {
    const folder = mkdtempSync(join(tmpdir(), 'closeback-adapter-'))
    if (text !== null) writeFileSync(join(folder, 'one.mjs'), text)
    const error = await loadAdapters(['./one.mjs'], folder).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(ClosebackError)
    expect((error as ClosebackError).message).toMatch(message)
    expect((error as ClosebackError).issues.map(({ path }) => path)).toEqual(paths)
  })

  it('refuses an adapter that takes the id of another', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'closeback-adapter-'))
    const source = join(ROOT, 'fixtures/adapters/orchard.ts')
    writeFileSync(join(folder, 'twice.ts'), `export { default } from '${source}'`)
    await expect(loadAdapters([source, './twice.ts'], folder)).rejects.toThrow(/taken/)
  })
})

describe('docs/adapters.md', () => {
  it('shows the code that is tested', () => {
    const page = readFileSync(join(ROOT, 'docs/adapters.md'), 'utf8')
    const code = readFileSync(join(ROOT, 'fixtures/adapters/orchard.ts'), 'utf8')
      .replace("'../../core/adapter.ts'", "'closeback/adapter'")
      .replace("'../../core/index.ts'", "'closeback'")
    expect(page, 'copy fixtures/adapters/orchard.ts into the page').toContain(code.trim())
  })
})
