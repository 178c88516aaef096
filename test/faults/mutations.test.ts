import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { copyTree, MUTATIONS, passes, survives } from './mutations.ts'

const LIMIT = { timeout: 600_000 }

/** Run by `npm run test:faults`: each takes as long as the test it spoils. */
describe.runIf(process.env.CLOSEBACK_LONG === '1')('what keeps the promises', () => {
  let tree = { path: '', remove: async () => {} }
  const noticed: { without: string; 'turns red': string; noticed: string }[] = []
  beforeAll(async () => {
    tree = await copyTree()
  })
  afterAll(async () => {
    console.table(noticed)
    await tree.remove()
  })

  it.each([...new Set(MUTATIONS.map(({ test }) => test))])('is all there: %s passes', LIMIT, async (test) => {
    expect(await passes(tree.path, test)).toBe(true)
  })

  it.each(MUTATIONS)('cannot be taken away unnoticed: $without', LIMIT, async (mutation) => {
    const survived = await survives(tree.path, mutation)
    noticed.push({ without: mutation.without, 'turns red': mutation.test, noticed: survived ? 'NO' : 'yes' })
    expect(survived).toBe(false)
  })
})
