import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Builds the console into dist/ui unless what is there was made of exactly these sources. */
const HERE = import.meta.dirname
const ROOT = join(HERE, '../..')
const STAMP = join(ROOT, 'dist/ui/.sources')

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

function stamped(): string | null {
  try {
    return readFileSync(STAMP, 'utf8')
  } catch {
    return null
  }
}

const digest = sourcesDigest()
if (stamped() !== digest) {
  process.stderr.write('Building the console, as its sources are new …\n')
  const { build } = await import('vite')
  await build({ configFile: join(HERE, 'vite.config.ts') })
  writeFileSync(STAMP, digest)
}
