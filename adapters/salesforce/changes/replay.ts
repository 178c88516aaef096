import { z } from 'zod'
import type { Context } from '../client/login.ts'

/** Name of the kept value that says up to which event everything is in the inbox. */
const CHANGES = 'changes'

const shape = z.object({ organizationId: z.string(), replay: z.record(z.string(), z.number()) })

/** The last committed event by channel, as of this organisation; empty when nothing is known. */
export async function readReplay(ctx: Context, organizationId: string): Promise<Map<string, number>> {
  const text = await ctx.credentials.read(CHANGES)
  const read = shape.safeParse(text === null ? null : JSON.parse(text))
  return new Map(
    read.success && read.data.organizationId === organizationId ? Object.entries(read.data.replay) : [],
  )
}

export async function saveReplay(
  ctx: Context,
  organizationId: string,
  replay: ReadonlyMap<string, number>,
): Promise<void> {
  await ctx.credentials.renew(CHANGES, async () =>
    JSON.stringify({ organizationId, replay: Object.fromEntries(replay) }),
  )
}
