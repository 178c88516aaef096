import { expect, it } from 'vitest'
import { sourceCredentials } from '../../core/pipeline/credentials.ts'
import type { KeyRing } from '../../core/workspace/keys.ts'
import { onBothEngines } from '../support/engines.ts'

const KEYS: KeyRing = [{ id: 'test', bytes: Buffer.alloc(32, 1) }]

onBothEngines('the credentials of a source', (pairOf) => {
  it('are renewed by one of many hosts at a time, each seeing what the one before it kept', async () => {
    const pair = await pairOf()
    const hosts = [pair.closeback, await pair.another(), await pair.another()]
    let busy = 0
    let most = 0
    const make = async (kept: string | null) => {
      most = Math.max(most, ++busy)
      await new Promise((resolve) => setImmediate(resolve))
      busy--
      return String(Number(kept ?? 0) + 1)
    }
    const all = [...hosts, ...hosts].map(({ ledger }) =>
      sourceCredentials(ledger, KEYS, 'crm').renew('token', make),
    )
    expect((await Promise.all(all)).toSorted()).toEqual(['1', '2', '3', '4', '5', '6'])
    expect(most).toBe(1)
    expect(await sourceCredentials(pair.closeback.ledger, KEYS, 'crm').read('token')).toBe('6')
  })

  it('stay as they were when renewing fails, and are free for the next', async () => {
    const pair = await pairOf()
    const credentials = sourceCredentials(pair.closeback.ledger, KEYS, 'crm')
    await credentials.renew('token', async () => 'kept')
    await expect(credentials.renew('token', () => Promise.reject(new Error('no')))).rejects.toThrow('no')
    expect(await credentials.renew('token', async (kept) => `${kept}, then this`)).toBe('kept, then this')
  })

  it('are sealed: nothing of them stands in the ledger', async () => {
    const pair = await pairOf()
    const credentials = sourceCredentials(pair.closeback.ledger, KEYS, 'crm')
    await credentials.renew('token', async () => 'refresh-token-canary')
    const rows = await pair.closeback.ledger.db.selectFrom('sealed_secrets').selectAll().execute()
    expect(JSON.stringify(rows)).not.toContain('canary')
  })
})
