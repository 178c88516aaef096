import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'

const ROOT = resolve(import.meta.dirname, '../..')

/** Higher imports lower, never back. Folders of one number may use each other only where ALLOWED says so. */
const FLOORS: [folder: string, floor: number][] = [
  ['server', 5],
  ['adapters', 4],
  ['core/pipeline', 3],
  ['core/analysis/reports', 3],
  ['core/analysis', 1],
  ['core/ledger', 2],
  ['core/workspace', 2],
  ['core/mapping', 2],
  ['core/tiktok', 2],
  ['core/adapter.ts', 1],
  ['core/index.ts', 4],
  ['core/identity', 0],
  ['core/model', 0],
]
/** Sideways, with the reason. */
const ALLOWED: [from: string, to: string, why: string][] = [
  ['core/ledger', 'core/workspace/ports.ts', 'the ledger implements the port that the workspace declares'],
  ['core/model', 'core/identity', 'a Conversion carries a hashed identity'],
  ['core/identity', 'core/model', 'identity uses results and delivery routes'],
]
/** Packages and the only folders that may know them. */
const PACKAGES: [pattern: RegExp, folders: string[]][] = [
  [/^(kysely|kysely\/.*|node:sqlite|pg)$/, ['core/ledger']],
  [/^express$/, ['server', 'fixtures']],
  [/^lowdb$/, ['core/workspace']],
  [
    /^zod$/,
    [
      'core/model',
      'core/workspace',
      'core/tiktok',
      'core/adapter.ts',
      'core/ledger',
      'adapters',
      'server',
      'fixtures',
    ],
  ],
  [/^(commander|pino|helmet|node-cron|prom-client|zod-openapi|echarts|echarts\/.*)$/, ['server']],
  [/^(express-session|express-rate-limit)$/, ['server']],
]

interface Import {
  file: string
  target: string
}

function filesOf(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)))
}

function importsOf(file: string): Import[] {
  const text = readFileSync(join(ROOT, file), 'utf8')
  const specifiers = [...text.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map(
    (match) => match[1] as string,
  )
  return specifiers.map((specifier) => ({
    file,
    target: specifier.startsWith('.') ? relative(ROOT, join(ROOT, dirname(file), specifier)) : specifier,
  }))
}

const isIn = (path: string, folder: string) => path === folder || path.startsWith(`${folder}/`)
const floorOf = (path: string) => FLOORS.find(([folder]) => isIn(path, folder))
const product = ['core', 'adapters', 'server'].flatMap(filesOf)
const imports = product.flatMap(importsOf)

describe('the floors of the house', () => {
  it('has files to look at', () => {
    expect(imports.length).toBeGreaterThan(300)
  })

  it('places every file of core on a floor', () => {
    expect(product.filter((file) => !floorOf(file))).toEqual([])
  })

  it('imports downwards only', () => {
    const wrong = imports.filter(({ file, target }) => {
      const from = floorOf(file)
      const to = floorOf(target)
      if (!from || !to || from[0] === to[0]) return false
      const allowed = ALLOWED.some(([a, b]) => isIn(file, a) && isIn(target, b))
      return !allowed && to[1] >= from[1]
    })
    expect(wrong).toEqual([])
  })

  it('keeps adapters apart from each other', () => {
    // Not of what lies beside their folders, which all of them may use.
    const adapterOf = (path: string) => /^adapters\/([^/]+)\//.exec(path)?.[1]
    const wrong = imports.filter(({ file, target }) => {
      const [from, to] = [adapterOf(file), adapterOf(target)]
      return from !== undefined && to !== undefined && from !== to
    })
    expect(wrong).toEqual([])
  })

  it('keeps the product from importing tests, and lets only the server import the simulators', () => {
    const wrong = imports.filter(
      ({ file, target }) => isIn(target, 'test') || (isIn(target, 'fixtures') && !isIn(file, 'server')),
    )
    expect(wrong).toEqual([])
  })

  it('keeps the simulators apart from the product: they are written from the contract, not from our client', () => {
    const wrong = filesOf('fixtures/sandbox')
      .flatMap(importsOf)
      .filter(({ target }) => ['core', 'adapters', 'server'].some((folder) => isIn(target, folder)))
    expect(wrong).toEqual([])
  })

  it.each(PACKAGES)('lets only a few folders know %s', (pattern, folders) => {
    const wrong = imports.filter(
      ({ file, target }) => pattern.test(target) && !folders.some((folder) => isIn(file, folder)),
    )
    expect(wrong).toEqual([])
  })
})

describe('the size of a file', () => {
  it('stays readable in one sitting: 300 lines at most', () => {
    const long = [...product, ...filesOf('fixtures')].filter(
      (file) => readFileSync(join(ROOT, file), 'utf8').split('\n').length > 301,
    )
    expect(long).toEqual([])
  })
})
