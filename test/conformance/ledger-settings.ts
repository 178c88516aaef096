import { describe, expect, it } from 'vitest'
import { createApiKey, findApiKey, hasApiKey, SETUP_KEY } from '../../core/ledger/api-keys.ts'
import { noteTikTokTime, readTikTokTime } from '../../core/ledger/clock.ts'
import {
  ALL_CONNECTIONS,
  type ParkedSet,
  park,
  parkedSets,
  pausedConnections,
  probeNow,
  setPaused,
  unpark,
} from '../../core/ledger/connections.ts'
import { keepSealed, readRuleStarts, readSources, workspaceLedger } from '../../core/ledger/workspace.ts'
import { Workspace, type WorkspaceInput } from '../../core/model/workspace.ts'
import type { WorkspaceCommit } from '../../core/workspace/ports.ts'
import { add, delivery, HOUR, type OpenLedger, START, useLedger } from './ledger-harness.ts'

function workspace(rules: string[], sources = ['shop-crm'], to = ['us-brand']): Workspace {
  const input: WorkspaceInput = {
    version: 1,
    sources: sources.map((id) => ({ id, adapter: 'webhook' })),
    rules: rules.map((id) => ({
      id,
      source: '*',
      when: { stage: 'won' },
      audience: 'any',
      send: { event: 'Purchase', to },
    })),
  }
  return Workspace.parse(input)
}

/** What the ledger keeps for the settings document, the connections and the clock. */
export function describeSettings(open: OpenLedger): void {
  const rig = useLedger(open)
  const settings = () => workspaceLedger(rig.ledger())
  const commit = (base: number, content: Workspace, given: Partial<WorkspaceCommit> = {}) =>
    settings().commit({
      base,
      digest: `digest ${base + 1}`,
      document: JSON.stringify(content),
      workspace: content,
      sealed: new Map(),
      actor: 'cli',
      now: rig.now(),
      ...given,
    })

  describe('settings', () => {
    it('count revisions, and refuse a change that was based on another one without writing any of it', async () => {
      expect(await commit(0, workspace(['won']))).toBe(1)
      const sealed = new Map([['a/b', { keyId: 'k', nonce: 'n', text: 't' }]])
      let renamed = false
      const rename = async () => {
        renamed = true
      }
      const late = commit(0, workspace(['other'], ['another']), { sealed, rename })
      await expect(late).rejects.toMatchObject({ name: 'ClosebackError', code: 'conflict' })
      expect(renamed).toBe(false)
      expect(await settings().readRevision()).toMatchObject({ revision: 1, digest: 'digest 1' })
      expect([...(await readSources(rig.ledger().db)).keys()]).toEqual(['shop-crm'])
      expect((await settings().readSealed()).size).toBe(0)
    })

    it('are not committed when the file could not be put in place', async () => {
      const rename = () => Promise.reject(new Error('no space left'))
      await expect(commit(0, workspace(['won']), { rename })).rejects.toThrow('no space left')
      expect((await settings().readRevision()).revision).toBe(0)
      expect((await readRuleStarts(rig.ledger().db)).size).toBe(0)
    })

    it('keep the uid and the birthday of a source, also when it goes and comes back', async () => {
      await commit(0, workspace(['won']))
      const before = (await readSources(rig.ledger().db)).get('shop-crm')
      rig.pass(HOUR)
      await commit(1, workspace(['won'], []))
      await commit(2, workspace(['won'], ['shop-crm', 'hs']))
      const after = await readSources(rig.ledger().db)
      expect(after.get('shop-crm')).toEqual(before)
      expect(before?.createdAt).toBe(START)
      expect(after.get('hs')).toMatchObject({ createdAt: START + HOUR })
      expect(after.get('hs')?.uid).not.toBe(before?.uid)
      expect(await settings().sourceAdapters()).toEqual(
        new Map([...after.keys()].map((id) => [id, 'webhook'])),
      )
    })

    it('keep when a rule was first active for each connection', async () => {
      await commit(0, workspace(['won']))
      rig.pass(HOUR)
      await commit(1, workspace(['won', 'lead'], ['shop-crm'], ['us-brand', 'eu-brand']))
      const starts = await readRuleStarts(rig.ledger().db)
      expect(Object.fromEntries(starts.get('won') ?? [])).toEqual({
        'us-brand': START,
        'eu-brand': START + HOUR,
      })
      expect(starts.get('lead')?.get('us-brand')).toBe(START + HOUR)
    })

    it('remember the ids of removed rules for ever', async () => {
      await commit(0, workspace(['won', 'lead']))
      expect(await settings().removedRuleIds()).toEqual([])
      await commit(1, workspace(['won']))
      await commit(2, workspace(['won']))
      expect(await settings().removedRuleIds()).toEqual(['lead'])
    })

    it('seal and forget secrets with the revision that names them; one that is made once stays', async () => {
      const secret = (text: string) => ({ keyId: 'k', nonce: 'n', text })
      await commit(0, workspace([]), {
        sealed: new Map([
          ['a', secret('1')],
          ['b', secret('2')],
        ]),
      })
      await commit(1, workspace([]), {
        sealed: new Map([
          ['a', secret('3')],
          ['b', null],
        ]),
      })
      expect(await settings().readSealed()).toEqual(new Map([['a', secret('3')]]))
      expect(await keepSealed(rig.ledger(), 'once', secret('first'))).toEqual(secret('first'))
      expect(await keepSealed(rig.ledger(), 'once', secret('second'))).toEqual(secret('first'))
    })

    it('know what is not settled, by what it belongs to', async () => {
      await add(rig.ledger(), [delivery(1), delivery(2, { connectionId: 'eu-brand', ruleId: 'lead' })])
      await rig
        .ledger()
        .db.updateTable('deliveries')
        .set({ state: 'uncertain' })
        .where('origin_id', '=', 2)
        .execute()
      await add(rig.ledger(), [delivery(3)])
      await rig
        .ledger()
        .db.updateTable('deliveries')
        .set({ state: 'accepted' })
        .where('origin_id', '=', 3)
        .execute()
      expect(await settings().unsettled()).toEqual({
        connections: new Map([
          ['eu-brand', 1],
          ['us-brand', 1],
        ]),
        sources: new Map([['shop-crm', 2]]),
        rules: new Map([
          ['lead', 1],
          ['won', 1],
        ]),
      })
    })
  })

  describe('connections', () => {
    const parked = (given: Partial<ParkedSet> = {}): ParkedSet => ({
      connection_id: 'us-brand',
      event_source_id: 'a',
      parked_at: START,
      code: '40105',
      message: '',
      remedy: 'Replace the token.',
      token_digest: 'd1',
      probe_at: START + HOUR,
      ...given,
    })

    it('are paused and resumed, one or all', async () => {
      const { db } = rig.ledger()
      await setPaused(db, 'us-brand', START)
      await setPaused(db, ALL_CONNECTIONS, START)
      await setPaused(db, 'us-brand', START + 1)
      expect(await pausedConnections(db)).toEqual(new Set(['us-brand', ALL_CONNECTIONS]))
      await setPaused(db, 'us-brand', null)
      expect(await pausedConnections(db)).toEqual(new Set([ALL_CONNECTIONS]))
    })

    it('park a set: later probes change the news, not the moment it began', async () => {
      const { db } = rig.ledger()
      await park(db, parked())
      await park(
        db,
        parked({ parked_at: START + 9, code: '40001', token_digest: 'd2', probe_at: START + 99 }),
      )
      await park(db, parked({ event_source_id: 'b' }))
      const [a, b] = await parkedSets(db)
      expect(a).toEqual(parked({ code: '40001', token_digest: 'd2', probe_at: START + 99 }))
      expect(b?.event_source_id).toBe('b')
      await unpark(db, 'us-brand', 'a')
      expect(await parkedSets(db)).toEqual([parked({ event_source_id: 'b' })])
    })

    it('are probed at once when asked: those of one connection, or all', async () => {
      const { db } = rig.ledger()
      await park(db, parked())
      await park(db, parked({ connection_id: 'eu-brand' }))
      await probeNow(db, 'us-brand')
      expect((await parkedSets(db)).map((set) => set.probe_at)).toEqual([START + HOUR, 0])
      await probeNow(db, ALL_CONNECTIONS)
      expect((await parkedSets(db)).map((set) => set.probe_at)).toEqual([0, 0])
    })
  })

  it('keeps the highest time TikTok ever told, for every host', async () => {
    const other = await rig.again()
    expect(await readTikTokTime(rig.ledger().db)).toBe(0)
    for (const time of [START, START - HOUR, START + 1_000, START]) await noteTikTokTime(other.db, time)
    expect(await readTikTokTime(rig.ledger().db)).toBe(START + 1_000)
  })

  describe('API keys', () => {
    it('are found by the key itself, of which only a digest is kept', async () => {
      const { db } = rig.ledger()
      const made = await createApiKey(db, { role: 'sender', sourceId: 'shop-crm' }, START)
      expect(await findApiKey(db, made.key)).toEqual({ id: made.id, role: 'sender', sourceId: 'shop-crm' })
      expect(await findApiKey(db, `${made.key.slice(0, -1)}_`)).toBeNull()
      expect(JSON.stringify(await db.selectFrom('api_keys').selectAll().execute())).not.toContain(made.key)
    })

    it('stop working when they are revoked; a named one exists once', async () => {
      const { db } = rig.ledger()
      const { key } = await createApiKey(db, { id: SETUP_KEY, role: 'owner', sourceId: null }, START)
      expect(await hasApiKey(db, SETUP_KEY)).toBe(true)
      expect(await hasApiKey(db, 'nobody')).toBe(false)
      await expect(
        createApiKey(db, { id: SETUP_KEY, role: 'owner', sourceId: null }, START),
      ).rejects.toThrow()
      await db.updateTable('api_keys').set({ revoked_at: START }).execute()
      expect(await findApiKey(db, key)).toBeNull()
    })
  })
}
