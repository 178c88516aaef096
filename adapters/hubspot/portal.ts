import type { Client } from '@hubspot/api-client'
import type { AdapterContext } from '../../core/adapter.ts'
import { accountDay, dayEnd, isTimezone } from '../../core/model/account-day.ts'
import { HOUR } from '../../core/model/time.ts'
import type { AccountDetails, Api } from './api.ts'
import { createApi } from './calls.ts'
import { HUBSPOT_ORIGIN, REMEMBERED_MS } from './constants.ts'
import { createLimiter, type Limiter, type Timing } from './limiter.ts'
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
  forms(fresh?: boolean): Promise<FormName[]>
  /** The account's time zone; UTC where it does not tell. */
  timezone(): Promise<string>
}

export interface FormName {
  id: string
  /** `null` where only its id is in the settings. */
  name: string | null
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
export function createPortals(timing: Timing): (ctx: Ctx) => Portal {
  const kept = new Map<string, Kept>()
  return (ctx) => {
    const { settings } = ctx
    const origin = ctx.origin ?? HUBSPOT_ORIGIN
    const name = `${origin}\n${ctx.sourceId}`
    const limits = JSON.stringify([settings.requestsInTenSeconds, settings.requestsADay])
    let own = kept.get(name)
    if (own?.limits !== limits) {
      own = keep(settings, limits, ctx, timing)
      kept.set(name, own)
    }
    return openPortal(ctx, origin, own, timing)
  }
}

function keep(settings: Settings, limits: string, { now }: Ctx, timing: Timing): Kept {
  const own: Omit<Kept, 'limiter'> = { limits, client: null, timezone: 'UTC', remembered: new Map() }
  const limiter = createLimiter(settings, timing, () => untilMidnight(now(), own.timezone))
  return Object.assign(own, { limiter })
}

function openPortal(ctx: Ctx, origin: string, kept: Kept, timing: Timing): Portal {
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
    timing,
    untilMidnight: () => untilMidnight(ctx.now(), kept.timezone),
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

  const account = () =>
    remembered('account', HOUR, async () => {
      const details = await api.account()
      if (details.timezone !== null && isTimezone(details.timezone)) kept.timezone = details.timezone
      return details
    })

  return {
    ctx,
    api,
    stages: (fresh) =>
      remembered('stages', REMEMBERED_MS, async () => readStages(await api.pipelines()), fresh),
    account,
    async timezone() {
      await account()
      return kept.timezone
    },
    async forms(fresh) {
      if (settings.forms === 'none') return []
      if (settings.forms !== 'all') return settings.forms.map((id) => ({ id, name: null }))
      return remembered('forms', REMEMBERED_MS, () => allForms(api), fresh)
    },
  }
}

/** Daily limits start again at midnight in the account's time zone. */
function untilMidnight(now: number, timezone: string): number {
  return dayEnd(accountDay(now, timezone), timezone) - now
}

async function allForms(api: Api): Promise<FormName[]> {
  const forms: FormName[] = []
  for (let after: string | null = null; ; ) {
    const page = await api.forms(after)
    forms.push(...page.forms)
    if (page.after === null) return forms
    after = page.after
  }
}
