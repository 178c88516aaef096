import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'

/** Builds the console into dist/ui unless what is there was made of exactly these sources. */
const HERE = import.meta.dirname
const ROOT = join(HERE, '../..')
const DIST = join(ROOT, 'dist')
const UI = join(DIST, 'ui')
const LOCK = join(DIST, 'ui.lock')
const LOOK_MS = 200
/** No build takes that long: whoever held the lock is gone. */
const GONE_MS = 300_000

/** The pages share words and shapes with the server and the core; a digest of all of it takes less than asking what they share. */
function sourcesDigest(): string {
  const digest = createHash('sha256')
  const files = ['core', 'server']
    .flatMap((folder) => readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.md'))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
  for (const file of [...files, join(ROOT, 'package-lock.json')]) {
    digest.update(file.slice(ROOT.length)).update('\0').update(readFileSync(file)).update('\0')
  }
  return digest.digest('hex')
}

function isBuilt(digest: string): boolean {
  try {
    return readFileSync(join(UI, '.sources'), 'utf8') === digest
  } catch {
    return false
  }
}

/** Whether this process may build now: two at once, as tests start them, would empty each other's folder. */
function takesLock(): boolean {
  try {
    mkdirSync(DIST, { recursive: true })
    mkdirSync(LOCK)
    return true
  } catch {
    const since = statSync(LOCK, { throwIfNoEntry: false })?.mtimeMs ?? 0
    if (Date.now() - since > GONE_MS) rmSync(LOCK, { recursive: true, force: true })
    return false
  }
}

async function build(digest: string): Promise<void> {
  process.stderr.write('Building the console, as its sources are new …\n')
  const vite = await import('vite')
  const [next, last] = [join(DIST, 'ui.next'), join(DIST, 'ui.last')]
  await vite.build({ configFile: join(HERE, 'vite.config.ts'), build: { outDir: next } })
  writeFileSync(join(next, '.sources'), digest)
  // Put in place at once: a host that runs goes on with whole builds.
  rmSync(last, { recursive: true, force: true })
  if (statSync(UI, { throwIfNoEntry: false })) renameSync(UI, last)
  renameSync(next, UI)
  rmSync(last, { recursive: true, force: true })
}

const digest = sourcesDigest()
while (!isBuilt(digest)) {
  if (!takesLock()) {
    await wait(LOOK_MS)
    continue
  }
  try {
    if (!isBuilt(digest)) await build(digest)
  } finally {
    rmSync(LOCK, { recursive: true, force: true })
  }
}
