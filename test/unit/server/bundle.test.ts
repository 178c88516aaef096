import { mkdir, rm, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { openBundle } from '../../../server/console/bundle.ts'
import { temporaryDirectory } from '../../support/temporary.ts'

it('the page of the console follows a new build under a host that runs, and its absence', async () => {
  const root = await temporaryDirectory()
  const page = join(root, 'index.html')
  await mkdir(join(root, 'assets'))
  const bundle = openBundle(root)
  expect(await bundle.page()).toBeNull()

  const build = async (name: string, at: Date) => {
    await writeFile(join(root, 'assets', name), `"${name}"`)
    await writeFile(page, `<script src="${name}">`)
    await utimes(page, at, at)
  }
  await build('main-a.js', new Date(1_000_000))
  expect(await bundle.page()).toContain('main-a.js')
  expect((await bundle.asset('main-a.js'))?.encoded.identity.toString()).toBe('"main-a.js"')

  await rm(join(root, 'assets/main-a.js'))
  await build('main-b.js', new Date(2_000_000))
  expect(await bundle.page()).toContain('main-b.js')
  expect(await bundle.asset('main-b.js')).not.toBeNull()
  // A tab that is still open asks for what it began with: what was read once is still there.
  expect(await bundle.asset('main-a.js')).not.toBeNull()
  expect(await bundle.asset('../index.html')).toBeNull()

  await rm(page)
  expect(await bundle.page()).toBeNull()
})
