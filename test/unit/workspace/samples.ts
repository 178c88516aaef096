import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { z } from 'zod'
import { Workspace, type WorkspaceInput } from '../../../core/model/workspace.ts'
import type { KnownAdapters } from '../../../core/workspace/check-sources.ts'
import type { KeyRing } from '../../../core/workspace/keys.ts'

/** A small workspace with everything in it; `change` edits what a person would write. */
export function workspace(change: (input: WorkspaceInput) => void = () => {}): Workspace {
  const input: WorkspaceInput = {
    version: 1,
    connections: [
      {
        id: 'us-brand',
        advertiserId: '7000000000000000001',
        currency: 'USD',
        timezone: 'America/New_York',
        eventSets: { web: 'C4AAAAAAAAAAAAAAAAAA', crm: '7100000000000000001' },
        tokens: { events: { env: 'TIKTOK_EVENTS_TOKEN' } },
      },
    ],
    sources: [{ id: 'shop-crm', adapter: 'webhook', secrets: { signing: { env: 'SHOP_CRM_SECRET' } } }],
    rules: [
      {
        id: 'won',
        source: '*',
        when: { stage: 'won' },
        audience: 'any',
        send: { event: 'Purchase', to: ['us-brand'], value: { from: 'amount' } },
      },
    ],
    rates: [{ date: '2026-01-01', from: 'EUR', to: 'USD', rate: '1.1' }],
  }
  change(input)
  return Workspace.parse(input)
}

/** An adapter form like that of a webhook. */
export const ADAPTERS: KnownAdapters = new Map([
  [
    'webhook',
    {
      settings: z.looseObject({ verify: z.enum(['standard', 'hmac']).default('standard') }),
      secrets: z.strictObject({ signing: z.array(z.string().startsWith('whsec_')).min(1).max(2) }),
    },
  ],
])

export const KEYS: KeyRing = [{ id: '66687aad', bytes: Buffer.alloc(32) }]

/** A directory of this test file, removed after it. */
export function temporaryDirectory(): (name: string) => string {
  const directory = mkdtempSync(join(tmpdir(), 'closeback-'))
  afterAll(() => rmSync(directory, { recursive: true, force: true }))
  return (name) => join(directory, name)
}
