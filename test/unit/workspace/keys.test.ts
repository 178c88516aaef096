import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { durableFile } from '../../../core/workspace/durable-file.ts'
import { loadKeys } from '../../../core/workspace/keys.ts'
import { open, seal } from '../../../core/workspace/secrets.ts'
import { temporaryDirectory } from './samples.ts'

const place = temporaryDirectory()
const zeros = Buffer.alloc(32)
const sevens = Buffer.alloc(32, 7)

const fromVariable = (variable: string) =>
  loadKeys({ variable, file: durableFile(place('unused.key')), mayGenerate: false })

describe('the key ring', () => {
  it('takes base64, base64url without padding and hex for the same key', async () => {
    for (const form of [zeros.toString('base64'), zeros.toString('base64url'), zeros.toString('hex')]) {
      const [key] = await fromVariable(form)
      expect(key.bytes.equals(zeros)).toBe(true)
      // First 8 hex digits of SHA-256 of 32 zero bytes.
      expect(key.id).toBe('66687aad')
    }
  })

  it('seals with the first of several keys and opens with all', async () => {
    const old = await fromVariable(zeros.toString('base64'))
    const sealed = seal(old, 'here', 'sesame')
    const ring = await fromVariable(`${sevens.toString('hex')}, ${zeros.toString('base64')}`)
    expect(open(ring, 'here', sealed)).toBe('sesame')
    expect(seal(ring, 'here', 'sesame').keyId).toBe(ring[0].id)
  })

  for (const bad of [
    'short',
    `${zeros.toString('base64')},`,
    zeros.toString('hex').slice(1),
    '🔑'.repeat(11),
  ])
    it(`refuses what is not 32 bytes, and does not repeat it (${bad.length} characters)`, async () => {
      const error = await fromVariable(bad).catch((reason: unknown) => reason)
      expect(error).toMatchObject({
        code: 'config',
        message: expect.stringContaining('CLOSEBACK_SECRET_KEY'),
      })
      expect(JSON.stringify(error) + String(error)).not.toContain(bad)
    })

  it('makes a key of its own once, for its owner only', async () => {
    const file = durableFile(place('secret.key'))
    const [made] = await loadKeys({ variable: undefined, file, mayGenerate: true })
    const [again] = await loadKeys({ variable: '', file, mayGenerate: true })
    expect(again).toEqual(made)
    expect(statSync(file.path).mode & 0o777).toBe(0o600)
  })

  it('is one key for two processes that start at once', async () => {
    const file = () => durableFile(place('race.key'))
    const rings = await Promise.all(
      [1, 2, 3].map(() => loadKeys({ variable: undefined, file: file(), mayGenerate: true })),
    )
    expect(new Set(rings.map(([key]) => key.id)).size).toBe(1)
  })

  it('is never made with a shared database', async () => {
    const file = durableFile(place('never.key'))
    await expect(loadKeys({ variable: undefined, file, mayGenerate: false })).rejects.toMatchObject({
      code: 'config',
      remedy: expect.stringContaining('Set CLOSEBACK_SECRET_KEY'),
    })
    expect(await file.read()).toBeNull()
  })

  it('refuses a damaged key file and keeps it', async () => {
    writeFileSync(place('damaged.key'), 'AAAA')
    const file = durableFile(place('damaged.key'))
    await expect(loadKeys({ variable: undefined, file, mayGenerate: true })).rejects.toMatchObject({
      code: 'config',
      message: expect.stringContaining(file.path),
    })
    expect(readFileSync(file.path, 'utf8')).toBe('AAAA')
  })
})
