import type { Sibling } from '../../core/adapter.ts'
import type { Issue } from '../../core/model/errors.ts'
import type { Ctx } from './portal.ts'
import type { Settings } from './settings.ts'

/** What is said of an account that no source is for. */
export function unknownPortal(portalId: string, path: string): Issue {
  return {
    path,
    message: `no source is for the HubSpot account ${portalId}`,
    remedy: `Add a source with settings.portalId ${portalId}, or uninstall the app there.`,
  }
}

export interface Portals {
  /** The source an account belongs to; `null` when there is none. */
  sourceOf(portalId: string): string | null
}

/** A source alone without a portalId takes whatever its app posts; among several each account has to be named. */
export async function portalsOf(ctx: Ctx): Promise<Portals> {
  const siblings = await ctx.siblings()
  const byPortal = new Map(siblings.flatMap((each) => entryOf(each)))
  const only = siblings.length <= 1 && ctx.settings.portalId === undefined ? ctx.sourceId : null
  return { sourceOf: (portalId) => byPortal.get(portalId) ?? only }
}

function entryOf({ sourceId, settings }: Sibling<Settings>): [string, string][] {
  return settings.portalId === undefined ? [] : [[String(settings.portalId), sourceId]]
}
