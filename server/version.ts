import { readFileSync } from 'node:fs'

/** The version of this package. */
export function version(): string {
  // The package stands one directory above server/ in a checkout and two above dist/server/ when it is published.
  const up = import.meta.url.includes('/dist/') ? '../../package.json' : '../package.json'
  return JSON.parse(readFileSync(new URL(up, import.meta.url), 'utf8')).version
}
