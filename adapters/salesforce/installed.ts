import { randomUUID } from 'node:crypto'
import type { Context } from './client/login.ts'

/** Name of the kept value that changes with every installation. */
const INSTALLED = 'installed'

/** Of the last installation in this org, by whatever process; `null` when there was none. */
export function lastInstallation(ctx: Context): Promise<string | null> {
  return ctx.credentials.read(INSTALLED)
}

/** Tells every host that the org has other fields now. */
export async function noteInstallation(ctx: Context): Promise<void> {
  await ctx.credentials.renew(INSTALLED, async () => randomUUID())
}
