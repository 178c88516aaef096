import type { Check } from '../../core/adapter.ts'
import { ClosebackError } from '../../core/model/errors.ts'
import { WON } from '../../core/model/record.ts'
import { MINUTE } from '../../core/model/time.ts'
import type { AccountDetails } from './api.ts'
import { checkProperties } from './check-properties.ts'
import { kindOfError } from './failure.ts'
import type { Portal } from './portal.ts'
import { checkForgotten } from './privacy.ts'

/** Less of the day's requests left than this share is worth a word. */
const LOW = 0.1
/** Signatures are refused past five minutes; a clock this wrong is on its way there. */
const CLOCK_MS = 2 * MINUTE

/** Preflight against the account itself. */
export async function check(portal: Portal): Promise<Check[]> {
  const secrets = await portal.ctx.secrets()
  const account = await outcome(() => portal.api.account())
  const checks: Check[] = [tokenCheck(account, secrets.accessToken === undefined)]
  // With a wrong token, or no answer, everything else fails in the same words.
  if ('error' in account && kindOfError(account.error) !== 'scopes') return checks
  if ('value' in account)
    checks.push(portalCheck(account.value, portal), ...accountChecks(account.value, portal))
  checks.push(...(await scopeChecks(portal)))
  checks.push(await stagesCheck(portal), ...(await checkProperties(portal)))
  checks.push(webhookCheck(portal, secrets.clientSecret !== undefined), ...(await checkForgotten(portal.ctx)))
  return checks
}

type Outcome<T> = { value: T } | { error: ClosebackError }

async function outcome<T>(ask: () => Promise<T>): Promise<Outcome<T>> {
  try {
    return { value: await ask() }
  } catch (error) {
    if (error instanceof ClosebackError) return { error }
    throw error
  }
}

function tokenCheck(account: Outcome<AccountDetails>, oauth: boolean): Check {
  const name = 'token'
  const kind = oauth ? 'OAuth' : 'an access token'
  if ('value' in account) return { name, ok: true, detail: `HubSpot takes it (${kind}).` }
  return { name, ok: false, detail: account.error.message, remedy: account.error.remedy }
}

function portalCheck({ portalId, kind, currency, timezone }: AccountDetails, { ctx }: Portal): Check {
  const name = 'account'
  const wanted = ctx.settings.portalId
  const detail = `${portalId} (${kind.toLowerCase()}), ${currency ?? 'currency unknown'}, ${timezone ?? 'time zone unknown'}.`
  if (wanted === undefined || String(wanted) === portalId) return { name, ok: true, detail }
  return {
    name,
    ok: false,
    detail: `The token is of the account ${portalId}, the settings name ${wanted}.`,
    remedy: 'Correct settings.portalId, or set a token of that account.',
  }
}

function accountChecks({ daily, date }: AccountDetails, { ctx }: Portal): Check[] {
  const checks: Check[] = []
  if (daily !== null) {
    const isLow = daily.left < daily.most * LOW
    checks.push({
      name: 'requests left today',
      ok: !isLow,
      detail: `${daily.left} of ${daily.most}.`,
      ...(isLow && {
        remedy: 'See in HubSpot which app uses them (Development > Monitoring > API call usage).',
      }),
    })
  }
  if (date !== null) {
    const off = Math.abs(date - ctx.now())
    const isOff = off > CLOCK_MS && ctx.origin === null
    checks.push({
      name: 'clock',
      ok: !isOff,
      detail: isOff
        ? `This host is ${Math.round(off / 1000)} s away from HubSpot.`
        : 'It agrees with HubSpot.',
      ...(isOff && { remedy: 'Set the clock of this host: signatures older than five minutes are refused.' }),
    })
  }
  return checks
}

/** One cheap question for each scope, so that all missing ones are named at once. */
async function scopeChecks({ api, ctx }: Portal): Promise<Check[]> {
  const page = { filters: [], sort: 'hs_object_id', properties: [], limit: 1, after: '0' }
  const questions: [scope: string, ask: () => Promise<unknown>][] = [
    ['crm.objects.deals.read', () => api.search('deals', page)],
    ['crm.objects.contacts.read', () => api.search('contacts', page)],
    ...(ctx.settings.forms === 'none'
      ? []
      : ([['forms', () => api.forms(null)]] as [string, () => Promise<unknown>][])),
  ]
  return Promise.all(
    questions.map(async ([scope, ask]): Promise<Check> => {
      const answer = await outcome(ask)
      if ('value' in answer) return { name: scope, ok: true, detail: 'Granted.' }
      return { name: scope, ok: false, detail: answer.error.message, remedy: answer.error.remedy }
    }),
  )
}

async function stagesCheck(portal: Portal): Promise<Check> {
  const name = 'stages'
  const answer = await outcome(() => portal.stages(true))
  if ('error' in answer) return { name, ok: false, detail: answer.error.message, remedy: answer.error.remedy }
  const { pipelines } = answer.value
  const without = pipelines.filter(({ stages }) => !stages.some(({ milestone }) => milestone === WON))
  if (without.length === 0)
    return { name, ok: true, detail: `A won stage in ${pipelines.map(({ label }) => label).join(', ')}.` }
  return {
    name,
    ok: false,
    detail: `No stage means won in ${without.map(({ label }) => label).join(', ')}.`,
    remedy:
      'Give the won stage of each pipeline the probability "Won" in HubSpot, or use its id in the rules.',
  }
}

function webhookCheck({ ctx }: Portal, verified: boolean): Check {
  const name = 'webhooks'
  if (!verified)
    return {
      name,
      ok: true,
      detail: `No clientSecret: changes are seen by polling, every ${ctx.settings.pollSeconds} s.`,
    }
  const isReachable = ctx.publicUrl.startsWith('https://') || ctx.origin !== null
  const detail = `${ctx.publicUrl}/hooks/hubspot/${ctx.sourceId}`
  if (isReachable) return { name, ok: true, detail }
  return {
    name,
    ok: false,
    detail: `HubSpot cannot post to ${detail}.`,
    remedy: 'Set CLOSEBACK_PUBLIC_URL to the https address this host is reached at.',
  }
}
