import { DatabaseSync } from 'node:sqlite'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Log } from '../core/model/log.ts'
import { type Closeback, compose } from '../server/compose.ts'
import { readConfig } from '../server/config.ts'
import { WORKSPACE, WORKSPACE_ENV } from './samples.ts'

const quiet = () => {}
const QUIET: Log = { debug: quiet, info: quiet, warn: console.error, error: console.error }

/** The parts of the product in this process, on a data directory with the sample workspace applied. */
export async function openCloseback(
  home: string,
  tiktokUrl: string,
  more: Record<string, string> = {},
): Promise<Closeback> {
  const env = {
    CLOSEBACK_HOME: home,
    TIKTOK_API_URL: tiktokUrl,
    CLOSEBACK_ALLOW_PRIVATE_URLS: '1',
    ...WORKSPACE_ENV,
    ...more,
  }
  const closeback = await compose(readConfig(env), { log: QUIET, role: 'cli' })
  await closeback.apply(WORKSPACE, 'bench', { actor: 'bench', prune: false, dryRun: false })
  return closeback
}

/** Waits until a running host has read its inbox, so that what it still does disturbs nobody. */
export async function drained(home: string, limitMs: number): Promise<void> {
  const ledger = new DatabaseSync(`${home}/ledger.db`, { readOnly: true })
  try {
    const count = ledger.prepare("select count(*) as n from inbox where state = 'new'")
    const stopsAt = performance.now() + limitMs
    while (Number(count.get()?.n) > 0 && performance.now() < stopsAt) await sleep(100)
  } finally {
    ledger.close()
  }
}
