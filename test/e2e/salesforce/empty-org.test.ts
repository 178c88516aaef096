import { randomBytes } from 'node:crypto'
import { expect, it } from 'vitest'
import { check } from '../../../adapters/salesforce/check.ts'
import { install } from '../../../adapters/salesforce/install/install.ts'
import { startSalesforceSandbox } from '../../../fixtures/sandbox/salesforce/index.ts'
import { DEFAULT_SEED } from '../../../fixtures/sandbox/salesforce/seed.ts'
import { sandboxContext } from '../../unit/salesforce/sandbox-context.ts'

it('an org where nothing was installed is ready after install, and a second run changes nothing', async () => {
  const sandbox = await startSalesforceSandbox({
    seed: { ...DEFAULT_SEED, customFields: [], leadMapping: [] },
  })
  try {
    const ctx = { ...sandboxContext(sandbox), publicUrl: 'https://closeback.example' }
    const hookToken = [randomBytes(32).toString('hex')]
    const given = await ctx.secrets()
    ctx.secrets = async () => ({ ...given, hookToken })
    const before = (await check(ctx)).filter(({ ok }) => !ok)
    expect(before.map(({ name }) => name)).toEqual(['fields'])
    expect(before[0]?.remedy).toContain('closeback install sf')

    const planned = await Array.fromAsync(install({ dryRun: true }, ctx))
    expect(sandbox.state.org.customFields()).toEqual([])
    const done = await Array.fromAsync(install({ dryRun: false }, ctx))
    expect(done.filter(({ state }) => state === 'failed')).toEqual([])
    expect(done.map(({ name }) => name)).toEqual(planned.map(({ name }) => name))
    expect(sandbox.state.org.customFields()).toHaveLength(33)

    expect((await check(ctx)).filter(({ ok }) => !ok)).toEqual([])
    const again = await Array.fromAsync(install({ dryRun: false }, ctx))
    expect([...new Set(again.map(({ state }) => state))].sort()).toEqual(['by hand', 'exists'])
  } finally {
    await sandbox.close()
  }
})

it('an org whose user may not change it says who can', async () => {
  const sandbox = await startSalesforceSandbox({
    seed: { ...DEFAULT_SEED, customFields: [], leadMapping: [] },
  })
  try {
    sandbox.state.switches.set({ 'user.mayInstall': 'no' })
    const steps = await Array.fromAsync(install({ dryRun: false }, sandboxContext(sandbox)))
    const failed = steps.filter(({ state }) => state === 'failed')
    expect(failed.length).toBeGreaterThan(0)
    for (const { detail } of failed) expect(detail).toContain('sf project deploy start')
  } finally {
    await sandbox.close()
  }
})
