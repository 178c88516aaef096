import { existsSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { webhook } from '../../../adapters/webhook/index.ts'
import { checkRules } from '../../../core/mapping/check-rules.ts'
import { ClosebackError } from '../../../core/model/errors.ts'
import { EMPTY_WORKSPACE } from '../../../core/model/workspace.ts'
import { type ApplyOptions, applyWorkspace } from '../../../core/workspace/apply.ts'
import { durableFile } from '../../../core/workspace/durable-file.ts'
import { exportWorkspace } from '../../../core/workspace/export.ts'
import { parseWorkspaceText } from '../../../core/workspace/parse-text.ts'
import { resolveSecret } from '../../../core/workspace/secrets.ts'
import { openWorkspace } from '../../../core/workspace/store.ts'
import { workspaces } from './arbitraries.ts'
import { ledgerFake } from './ledger-fake.ts'
import { ADAPTERS, KEYS, temporaryDirectory } from './samples.ts'

const place = temporaryDirectory()
let made = 0

const EXAMPLE = readFileSync(new URL('../../../docs/workspace.example.yaml', import.meta.url), 'utf8')
const ANY = { adapters: new Map([['any', anyForm()]]) }

function anyForm() {
  const form = ADAPTERS.get('webhook')?.settings
  if (form === undefined) throw new Error('the sample adapter is gone')
  return { settings: form, secrets: form }
}

async function home() {
  const path = place(`${made++}.json`)
  const { ledger, state } = ledgerFake()
  const store = await openWorkspace({ ledger, file: durableFile(path), checks: [], now: () => 1 })
  const apply = (text: string, options: Partial<ApplyOptions> = {}) =>
    applyWorkspace(parseWorkspaceText(text, 'ws.yaml'), {
      adapters: ADAPTERS,
      store,
      ledger,
      keys: KEYS,
      checks: [],
      actor: 'cli',
      prune: false,
      dryRun: false,
      ...options,
    })
  return { path, ledger, state, store, apply }
}

async function issuesOf(work: Promise<unknown>): Promise<string[]> {
  const error = await work.catch((reason: unknown) => reason)
  if (!(error instanceof ClosebackError)) throw error
  return error.issues.map(({ path, message, remedy }) => `${path}: ${message} ${remedy ?? ''}`.trim())
}

describe('applying a file', () => {
  it('does it once: the second time there is no change and no revision', async () => {
    const { apply, store } = await home()
    const first = await apply(EXAMPLE)
    expect(first.revision).toBe(1)
    expect(first.changes.map(({ action, kind, id }) => `${action} ${kind} ${id}`)).toEqual([
      'create connection us-brand',
      'create source shop-crm',
      'create rule won',
      'create rule qualified',
    ])
    expect(await apply(EXAMPLE)).toEqual({ revision: 1, changes: [] })
    expect(store.current.workspace.connections[0]?.startAt).toBe('2026-11-01T00:00:00Z')
  })

  it('takes the published example with the adapter and the rule checks that are really there', async () => {
    const { apply } = await home()
    const real = { adapters: new Map([[webhook.id, webhook]]), checks: [checkRules] }
    expect((await apply(EXAMPLE, real)).revision).toBe(1)
  })

  it('writes nothing on a dry run', async () => {
    const { apply, store, path } = await home()
    expect((await apply(EXAMPLE, { dryRun: true })).changes).toHaveLength(4)
    expect(store.current).toEqual({ revision: 0, workspace: EMPTY_WORKSPACE })
    expect(existsSync(path)).toBe(false)
  })

  it('refuses an adapter that is not there by name, a mistyped one with the likely one, with lines', async () => {
    const { apply, state } = await home()
    const text = `version: 1
sources:
  - { id: shop, adapter: webhok }
  - { id: zoo, adapter: zoology }
`
    expect(await issuesOf(apply(text))).toEqual([
      'sources[0].adapter: line 3: there is no adapter "webhok" Did you mean "webhook"?',
      'sources[1].adapter: line 4: there is no adapter "zoology" Use one of: webhook.',
    ])
    expect(state.revision).toBe(0)
  })

  it('holds settings and secrets against the adapter, and repeats no secret', async () => {
    const { apply } = await home()
    const text = `version: 1
sources:
  - id: a
    adapter: webhook
    secrets: { singing: { env: A } }
    settings: { verify: nothing }
  - id: b
    adapter: webhook
    secrets:
      signing: { value: sesame }
  - id: c
    adapter: webhook
    secrets:
      signing: [{ env: A }, { env: B }]
`
    const issues = await issuesOf(apply(text))
    expect(issues).toEqual([
      'sources[0].settings.verify: line 6: must be one of standard, hmac',
      'sources[0].secrets.signing: line 5: is missing',
      'sources[0].secrets.singing: line 5: is not a known setting Did you mean "signing"?',
      expect.stringContaining('sources[1].secrets.signing[0]: line 10: Invalid string: must start with'),
    ])
    expect(issues.join()).not.toContain('sesame')
  })

  it('seals values: neither file, nor export, nor changes hold them, and they open at their place', async () => {
    const { apply, store, ledger, path } = await home()
    const text = EXAMPLE.replace('{ env: TIKTOK_EVENTS_TOKEN }', '{ value: "sesame" }')
    const { changes } = await apply(text)
    const kept = [
      readFileSync(path, 'utf8'),
      exportWorkspace(store.current.workspace),
      JSON.stringify(changes),
    ]
    expect(kept.join()).not.toContain('sesame')
    const sealed = await ledger.readSealed()
    const sources = { keys: KEYS, sealed, env: {}, readText: async () => '' }
    const secret = resolveSecret({ sealed: true }, 'connections/us-brand/tokens/events', sources)
    expect(await secret).toBe('sesame')
    expect(await apply(text)).toEqual({ revision: 1, changes: [] })
    expect(await apply(exportWorkspace(store.current.workspace))).toEqual({ revision: 1, changes: [] })
  })

  it('a changed secret alone is a new revision; a secret whose key is gone is replaced by its value', async () => {
    const { apply, state } = await home()
    const text = EXAMPLE.replace('{ env: TIKTOK_EVENTS_TOKEN }', '{ value: "sesame" }')
    await apply(text)
    expect((await apply(text.replace('sesame', 'open'))).revision).toBe(2)
    const otherKey = [{ id: '0badcafe', bytes: Buffer.alloc(32, 5) }] as const
    expect((await apply(text, { keys: otherKey })).revision).toBe(3)
    expect([...state.sealed.values()].map(({ keyId }) => keyId)).toEqual(['0badcafe'])
  })

  it('works on what another process wrote a moment ago', async () => {
    const { apply, ledger, path, store } = await home()
    const other = await openWorkspace({ ledger, file: durableFile(path), checks: [], now: () => 1 })
    await apply(EXAMPLE)
    const edit = () => ({ ...other.current.workspace, rules: [] })
    await other.refresh()
    await other.change({ actor: 'console', base: 1, edit })
    await apply('version: 1\nsources: [{ id: b, adapter: webhook, secrets: { signing: { env: B } } }]')
    expect(store.current.revision).toBe(3)
    expect(store.current.workspace.rules).toEqual([])
  })
})

describe('exporting', () => {
  it('is applied again without a change, for every workspace', async () => {
    await fc.assert(
      fc.asyncProperty(workspaces, async (given) => {
        const { apply, store } = await home()
        const { revision } = await apply(JSON.stringify(given), ANY)
        const text = exportWorkspace(store.current.workspace)
        expect(parseWorkspaceText(text, 'export').workspace).toEqual(store.current.workspace)
        expect(await apply(text, { ...ANY, prune: true })).toEqual({ revision, changes: [] })
      }),
      { numRuns: 60 },
    )
  })

  it('is YAML that people can read', async () => {
    const { apply, store } = await home()
    await apply(EXAMPLE)
    const lines = exportWorkspace(store.current.workspace).split('\n')
    expect(lines.slice(0, 4)).toEqual([
      'version: 1',
      'connections:',
      '  - id: us-brand',
      '    advertiserId: "7000000000000000001"',
    ])
  })
})
