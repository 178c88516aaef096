import { access, constants } from 'node:fs/promises'
import type { LaunchOptions } from 'playwright-core'

/** Where Linux distributions and macOS put it. */
const USUAL_PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
]

/** Quiet: no first-run pages, no updates, nothing but what the page itself asks for. */
const QUIET = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/**
 * How to launch a Chromium of this machine: `CHROMIUM_PATH`, else where it usually stands, else that of
 * `@sparticuz/chromium` where somebody installed it. `null` when there is none.
 */
export async function findChromium(
  env: Readonly<Record<string, string | undefined>>,
): Promise<LaunchOptions | null> {
  const given = env.CHROMIUM_PATH
  for (const executablePath of given ? [given] : USUAL_PLACES) {
    const there = await access(executablePath, constants.X_OK).then(
      () => true,
      () => false,
    )
    if (there) return { executablePath, args: QUIET }
  }
  return given ? null : packaged()
}

async function packaged(): Promise<LaunchOptions | null> {
  // Not a dependency of ours, so its name must not read like an import.
  const name = '@sparticuz/chromium'
  const found = (await import(name).catch(() => null)) as {
    default: { args: string[]; executablePath(): Promise<string> }
  } | null
  if (found === null) return null
  return { executablePath: await found.default.executablePath(), args: [...found.default.args, ...QUIET] }
}
