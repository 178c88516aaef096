import { describe, expect, it } from 'vitest'
import { ClosebackError } from '../../../core/model/errors.ts'
import { parseWorkspaceText } from '../../../core/workspace/parse-text.ts'
import { workspace } from './samples.ts'

function refusal(text: string): ClosebackError {
  try {
    parseWorkspaceText(text, 'ws.yaml')
  } catch (error) {
    if (error instanceof ClosebackError) return error
    throw error
  }
  throw new Error('was accepted')
}

const problems = (text: string) =>
  refusal(text).issues.map(({ path, message, remedy }) => [path, message, remedy].filter(Boolean).join(' | '))

describe('reading a workspace file', () => {
  it('takes JSON as well as YAML', () => {
    const text = JSON.stringify(workspace(), null, 2)
    expect(parseWorkspaceText(text, 'ws.json').workspace).toEqual(workspace())
  })

  it('lists every problem with path, line and what was probably meant', () => {
    const text = `version: 1
connections:
  - id: us-brand
    advertiserId: 7000000000000000001
    currency: XXX
    timezone: America/New_York
    eventSets: { web: C4AAAAAAAAAAAAAAAAAA }
    tokens: { events: { environment: TOKEN } }
    delivry: { maxBatchEvents: 10 }
  - id: eu-brand
    advertiserId: "7000000000000000002"
    currency: EUR
    timezone: Europe/Atlantis
    eventSets: { web: C4AAAAAAAAAAAAAAAAAA }
    tokens: { events: { env: TOKEN } }
    delivery: { maxBatchEvent: 10 }
  - id: uk-brand
    advertiserId: "7000000000000000003"
    currency: XXX
    timezone: Europe/London
    eventSets: { web: C5 }
    tokens: { events: { env: TOKEN } }
rules:
  - id: won
    source: "*"
    when: { stage: won }
    audience: everybody
    send:
      event: Purchase
      to: [us-brand, US BRAND]
      value: { from: amount, percnt: "20" }
`
    expect(problems(text)).toEqual([
      'connections[0].advertiserId | line 4: must be a text, not a number | Put it in quotes.',
      'connections[0].tokens.events | line 8: use { env: NAME }, { file: PATH } or { value: "…" }',
      'connections[0].delivry | line 9: is not a known setting | Did you mean "delivery"?',
      'connections[1].delivery.maxBatchEvent | line 16: is not a known setting | Did you mean "maxBatchEvents"?',
      'rules[0].audience | line 27: must be one of tiktok, any',
      'rules[0].send.to[1] | line 30: use 1 to 64 of a-z, 0-9, "-", "_", "." and start with a letter or digit',
      'rules[0].send.value.percnt | line 31: is not a known setting | Did you mean "percent"?',
      'connections[2].currency | line 19: XXX is not an active ISO 4217 currency | Use the code the ad account shows.',
    ])
  })

  it('points at the entry that lacks something', () => {
    expect(problems('version: 1\nsources:\n  - id: a\n')).toEqual(['sources[0].adapter | line 3: is missing'])
    expect(problems('sources: []\n')).toEqual(['version | line 1: is missing'])
  })

  it('finds its way through lists, quoted keys and JSON', () => {
    const { lineOf } = parseWorkspaceText(
      `{"version": 1,
"sources": [
  {"id": "a", "adapter": "webhook"},
  {"id": "b", "adapter": "webhook", "settings": {
    "a field": [1,
      2]}}
]}`,
      'ws.json',
    )
    expect(lineOf('sources[1].settings["a field"][1]')).toBe(6)
    expect(lineOf('sources[1].adapter')).toBe(4)
    expect(lineOf('sources[1].nowhere.to.go')).toBe(4)
    expect(lineOf('rules[0]')).toBe(1)
  })

  it('refuses a key that stands twice', () => {
    expect(problems('version: 1\nrules: []\nrules: []\n')).toEqual([
      'line 3, column 1: this key stands here twice',
    ])
  })

  it('refuses what is not YAML without quoting it', () => {
    const error = refusal('version: 1\nsources: [{ value: "sesame }]\n\tsesame: : :\n')
    expect(error.issues.length).toBeGreaterThan(0)
    expect(JSON.stringify(error.issues)).not.toContain('sesame')
    expect(error.issues[0]?.message).toMatch(/^line \d+, column \d+/)
  })

  it('refuses unknown tags, several documents, an empty file and things that are no workspace', () => {
    for (const text of [
      'version: !!js/function 1',
      'version: 1\n---\nversion: 1',
      '',
      '# nothing',
      '[1]',
      '1',
    ])
      expect(refusal(text).code).toBe('invalid')
    expect(problems('')).toEqual(['the file is empty | Start it with "version: 1".'])
  })

  it('takes anchors, but not many that unfold into more', () => {
    const anchored = `version: 1
sources:
  - { id: a, adapter: webhook, secrets: &s { signing: { env: S } } }
  - { id: b, adapter: webhook, secrets: *s }
`
    expect(parseWorkspaceText(anchored, 'ws.yaml').workspace.sources[1]?.secrets).toEqual({
      signing: { env: 'S' },
    })
    const level = (n: number) => `  l${n}: &l${n} [${`*l${n - 1}, `.repeat(9)}*l${n - 1}]`
    const bomb = ['version: 1', 'sources:', '  l0: &l0 [a]', ...[1, 2, 3, 4, 5, 6].map(level)].join('\n')
    expect(problems(bomb)).toEqual(['anchors unfold into too much | Write it out.'])
  })

  it('refuses more than 1 MB, and settings of another version', () => {
    expect(refusal(`# ${'x'.repeat(1_000_000)}`).code).toBe('too_large')
    expect(problems('version: 2\n')).toEqual(['version | line 1: this Closeback reads version 1'])
  })
})
