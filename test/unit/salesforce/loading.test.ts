import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'

const ROOT = new URL('../../../', import.meta.url)

it('loads nothing of jsforce, nor the parser of XML, where no source is of this kind', {
  timeout: 60_000,
}, async () => {
  const program = `
    const { loadAdapters } = await import('./server/adapters.ts')
    await loadAdapters([], '.')
    const { createRequire } = await import('node:module')
    const loaded = Object.keys(createRequire(import.meta.url).cache)
    console.log(loaded.filter((path) => /node_modules.(jsforce|fast-xml-parser|undici)./.test(path)).length)
  `
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--no-warnings', '--input-type=module', '--eval', program],
    { cwd: ROOT },
  )
  expect(stdout.trim()).toBe('0')
})
