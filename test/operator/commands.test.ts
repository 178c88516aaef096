import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CANARIES, cliRig, item, WORKSPACE } from '../e2e/cli/rig.ts'

interface Found {
  name: string
  status: string
  remedy: string | null
}

describe('operating by command', () => {
  const rig = cliRig()
  const home = () => join(rig.home, 'data')
  beforeAll(async () => {
    rig.file('ws.yaml', WORKSPACE)
    await rig.cli('apply', 'ws.yaml')
    await rig.post([item('D-1', 'won')])
    await rig.cli('push')
  })
  afterAll(() => rmSync(join(rig.home, 'other'), { recursive: true, force: true }))

  it('examines a healthy installation, and says what is wrong with another', async () => {
    const well = (await rig.json('doctor', 'doctor')) as unknown as { ok: boolean; findings: Found[] }
    expect(well.findings.filter(({ status }) => status === 'failed')).toEqual([])
    expect(well.findings.map(({ name }) => name)).toEqual([
      'node',
      'hashes',
      'permissions',
      'disk',
      'disk writes',
      'ledger writes',
      'ledger',
      'keys',
      'clock',
    ])
    expect((await rig.cli('doctor')).exit).toBe(0)

    chmodSync(join(home(), 'workspace.json'), 0o644)
    const loose = await rig.cli('doctor')
    expect(loose).toMatchObject({ exit: 1 })
    expect(loose.out).toMatch(/FAIL {2}permissions +Others may read: workspace\.json/)
    chmodSync(join(home(), 'workspace.json'), 0o600)

    const key = readFileSync(join(home(), 'secret.key'))
    writeFileSync(join(home(), 'secret.key'), `${Buffer.alloc(32, 9).toString('base64')}\n`)
    const locked = await rig.cli('doctor')
    expect(locked).toMatchObject({ exit: 1 })
    expect(locked.out).toMatch(/FAIL {2}start +the secret at ledger\/digest-key/)
    writeFileSync(join(home(), 'secret.key'), key)
  })

  it('backs up, refuses to do so twice, and restores elsewhere, paused', async () => {
    const backup = await rig.json('backup', 'backup', 'backups/monday')
    expect(backup).toMatchObject({ revision: 1, directory: join(rig.home, 'backups/monday') })
    expect((await rig.cli('backup', 'backups/monday')).exit).toBe(2)
    mkdirSync(join(rig.home, 'other'))
    rig.env.CLOSEBACK_HOME = 'other'
    const restored = await rig.json('restore', 'restore', 'backups/monday')
    expect(restored).toMatchObject({ uncertain: 0, missingKeys: [expect.any(String)] })
    const again = await rig.cli('restore', 'backups/monday')
    expect(again).toMatchObject({ exit: 2, err: expect.stringContaining('is not empty') })
    const key = readFileSync(join(rig.home, 'data', 'secret.key'))
    writeFileSync(join(rig.home, 'other', 'secret.key'), key, { mode: 0o600 })
    expect((await rig.cli('check', 'us-brand')).out).toMatch(/state +Paused|paused/i)
    rig.env.CLOSEBACK_HOME = 'data'
    expect((await rig.cli('restore')).exit).toBe(2)
    expect((await rig.cli('restore', 'x', '--mark', '--taken-at', '2026-11-01T00:00:00Z')).exit).toBe(2)
  })

  it('decides about all deliveries in a state, and never about all without a word', async () => {
    await rig.cli('pause')
    await rig.post([item('P-1', 'won'), item('P-2', 'won'), item('P-3', 'won')])
    await rig.cli('push')
    expect((await rig.cli('resolve', '--drop')).exit).toBe(2)
    expect((await rig.cli('resolve', '1', '--drop', '--state', 'waiting')).exit).toBe(2)
    expect((await rig.cli('resolve', '--drop', '--state', 'waiting', '--connection', 'nobody')).exit).toBe(1)
    const dropped = await rig.cli('resolve', '--drop', '--state', 'waiting', '--source', 'shop-crm')
    expect(dropped).toMatchObject({ exit: 0, out: expect.stringContaining('3 of 3 changed.') })
    await rig.cli('resume')
    const requeued = await rig.cli('requeue', '--state', 'cancelled', '--connection', 'us-brand')
    expect(requeued.out).toContain('3 of 3 changed.')
    await rig.json('requeue', 'requeue', '--state', 'too_old')
  })

  it('empties nothing that is young, and says so', async () => {
    expect(await rig.json('retention', 'retention', '--dry-run')).toMatchObject({
      purged: { deliveries: 0, inbox: 0, conflicts: 0 },
    })
    expect((await rig.cli('retention')).out).toMatch(/^Emptied 0 payloads/)
  })

  it('rotates the key of a directory', async () => {
    const { keyId, retired } = await rig.json('keys', 'keys', 'rotate')
    expect(retired).toHaveLength(1)
    expect((await rig.cli('keys', 'rotate')).out).toMatch(/^Sealed 2 secrets with key/)
    expect(keyId).not.toBe((retired as string[])[0])
    expect((await rig.cli('check')).exit).toBe(0)
  })

  it('erases a person with a receipt, says when nobody is known, and asks for somebody', async () => {
    const receipt = await rig.json('erase', 'erase', '--email', CANARIES.email)
    expect(receipt).toMatchObject({ found: true, blanked: { deals: 4 } })
    const nobody = await rig.cli('erase', '--email', 'nobody@example.com', '--phone', '+14155550199')
    expect(nobody).toMatchObject({ exit: 0 })
    expect(nobody.out).toContain('The ledger knew nothing of this person.')
    expect((await rig.cli('erase')).exit).toBe(2)
    const refused = await rig.cli('erase', '--email', 'nonsense')
    expect(refused).toMatchObject({ exit: 2 })
    expect(refused.err).not.toContain('nonsense')
    const story = await rig.cli('explain', 'shop-crm', 'D-1')
    expect(story.exit).toBe(0)
  })
})
