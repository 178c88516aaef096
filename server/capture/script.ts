import { hash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { ClosebackError } from '../../core/model/errors.ts'

/** `capture.js` as it is served. */
export interface Script {
  plain: Buffer
  gzipped: Buffer
  etag: string
}

let made: Promise<Script> | null = null

/**
 * The package carries it beside this file; a checkout builds it when it is first asked for, so that it is never older than
 * its source. Throws ClosebackError `unavailable` where neither can be done.
 */
export function captureScript(): Promise<Script> {
  made ??= make()
  made.catch(() => {
    made = null
  })
  return made
}

async function make(): Promise<Script> {
  const plain = Buffer.from(await text())
  const gzipped = await promisify(gzip)(plain, { level: 9 })
  return { plain, gzipped, etag: `"${hash('sha256', plain, 'base64url').slice(0, 22)}"` }
}

async function text(): Promise<string> {
  if (import.meta.url.includes('/dist/')) return readFile(new URL('capture.js', import.meta.url), 'utf8')
  try {
    const { buildScript } = await import('./build-script.ts')
    return await buildScript()
  } catch (cause) {
    throw new ClosebackError('unavailable', 'capture.js could not be built.', {
      remedy: 'Run "npm ci" with its development dependencies, or use the published package.',
      cause,
    })
  }
}
