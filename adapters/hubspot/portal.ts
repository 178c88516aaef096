import type { Client } from '@hubspot/api-client'
import type { AdapterContext } from '../../core/adapter.ts'
import { HOUR } from '../../core/model/time.ts'
import type { AccountDetails, Api } from './api.ts'
import { createApi } from './calls.ts'
import { HUBSPOT_ORIGIN, REMEMBERED_MS } from './constants.ts'
import { createLimiter, type Limiter, machineClock } from './limiter.ts'
import { midnightAfter } from './midnight.ts'
import type { Secrets, Settings } from './settings.ts'
import { readStages, type Stages } from './stages.ts'
import { accessToken } from './token.ts'

export type Ctx = AdapterContext<Settings, Secrets>

/** One HubSpot account as it is worked with. */
export interface Portal {
  ctx: Ctx
  api: Api
  /** Stages of all pipelines. `fresh` asks again, for a stage that was made a minute ago. */
  stages(fresh?: boolean): Promise<Stages>
  account(): Promise<AccountDetails>
  /** Forms whose submissions are read. */
  forms(): Promise<string[]>
}

/** What outlives a call: the limiter above all, which counts for the process. */
interface Kept {
  limiter: Limiter
  limits: string
  client: { token: string; made: Client } | null
  /** Known once the account was read; until then the day is UTC's. */
  timezone: string
  remembered: Map<string, { at: number; value: Promise<unknown> }>
}

/** Opens portals; one for each adapter, so that tests start with nothing remembered. */
export function createPortals(): (ctx: Ctx) => Portal {
  const kept = new Map<string, Kept>()
  return (ctx) => {
    const { settings } = ctx
    const origin = ctx.origin ?? HUBSPOT_ORIGIN
    const name = `${origin}\n${ctx.sourceId}`
    const limits = JSON.stringify([settings.requestsInTenSeconds, settings.requestsADay])
    let own = kept.get(name)
    if (own?.limits !== limits) {
      own = keep(settings, limits, ctx)
      kept.set(name, own)
    }
    return openPortal(ctx, origin, own)
  }
}

function keep(settings: Settings, limits: string, { now }: Ctx): Kept {
  const own: Omit<Kept, 'limiter'> = { limits, client: null, timezone: 'UTC', remembered: new Map() }
  const untilMidnight = () => midnightAfter(now(), own.timezone) - now()
  return Object.assign(own, { limiter: createLimiter(settings, machineClock(untilMidnight)) })
}

function openPortal(ctx: Ctx, origin: string, kept: Kept): Portal {
  const { settings } = ctx

  async function client(refused?: string): Promise<Client> {
    const { text } = await accessToken(ctx, refused)
    if (kept.client?.token !== text) {
      // 50 MB of modules: loaded when the first source is asked something, never before.
      const { Client } = await import('@hubspot/api-client')
      kept.client = { token: text, made: new Client({ accessToken: text, basePath: origin }) }
    }
    return kept.client.made
  }

  const api = createApi(() => client(), {
    limiter: kept.limiter,
    untilMidnight: () => midnightAfter(ctx.now(), kept.timezone) - ctx.now(),
    async renewToken() {
      const refused = kept.client?.token
      const { renewable } = await accessToken(ctx)
      if (renewable) await client(refused)
      return renewable
    },
  })

  function remembered<T>(name: string, forMs: number, ask: () => Promise<T>, fresh = false): Promise<T> {
    const now = ctx.now()
    const known = kept.remembered.get(name)
    if (known && !fresh && now - known.at < forMs && now >= known.at) return known.value as Promise<T>
    const value = ask()
    kept.remembered.set(name, { at: now, value })
    value.catch(() => kept.remembered.delete(name))
    return value
  }

  return {
    ctx,
    api,
    stages: (fresh) =>
      remembered('stages', REMEMBERED_MS, async () => readStages(await api.pipelines()), fresh),
    account: () =>
      remembered('account', HOUR, async () => {
        const account = await api.account()
        kept.timezone = account.timezone ?? 'UTC'
        return account
      }),
    async forms() {
      if (settings.forms === 'none') return []
      if (settings.forms !== 'all') return settings.forms
      return remembered('forms', REMEMBERED_MS, () => allForms(api))
    },
  }
}

async function allForms(api: Api): Promise<string[]> {
  const ids: string[] = []
  for (let after: string | null = null; ; ) {
    const page = await api.forms(after)
    ids.push(...page.forms.map(({ id }) => id))
    if (page.after === null) return ids
    after = page.after
  }
}
