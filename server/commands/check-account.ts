import type { Connection } from '../../core/model/workspace.ts'
import type { Asked } from '../../core/tiktok/ask.ts'
import { type Advertiser, advertiserInfo, crmList, offlineList, pixelList } from '../../core/tiktok/assets.ts'
import type { Verdict } from '../../core/tiktok/outcome.ts'
import type { TikTok } from '../../core/tiktok/request.ts'
import { type Finding, failed, fine, notChecked } from './finding.ts'

/** "No permission": what a token answers that was made in Events Manager, and reaches nothing but events. */
const NO_PERMISSION = '40001'
/** The token itself is wrong, expired or revoked. */
const BAD_TOKEN = new Set(['token', '40102', '40103', '40104', '40105', '40110'])

export interface ReadingToken {
  token: string
  /** A marketing token must be able to read the account; an events token may. */
  kind: 'events' | 'marketing'
}

/** Holds a connection's settings against what TikTok says about the account and its event sets. */
export async function checkAccount(
  tiktok: TikTok,
  { advertiserId, currency, timezone, eventSets }: Connection,
  { token, kind }: ReadingToken,
): Promise<Finding[]> {
  const info = await advertiserInfo(tiktok, { token, ids: [advertiserId] })
  if (!info.ok) return [unreadable('advertiser', info.verdict, kind)]
  const account = info.value.find(({ id }) => id === advertiserId)
  if (!account)
    return [
      failed(
        'advertiser',
        `TikTok shows this token no advertiser ${advertiserId}.`,
        'Correct advertiserId, or use a token that was authorised for it.',
      ),
    ]
  const sets: Finding[] = []
  const call = { token, advertiserId }
  if (eventSets.web !== undefined) {
    const pixels = await pixelList(tiktok, { ...call, code: eventSets.web })
    sets.push(
      setFinding(
        'web set',
        eventSets.web,
        named(pixels, ({ code }) => code),
        kind,
      ),
    )
  }
  if (eventSets.crm !== undefined) {
    const known = await crmList(tiktok, call)
    sets.push(
      setFinding(
        'crm set',
        eventSets.crm,
        named(known, ({ id }) => id),
        kind,
      ),
    )
  }
  if (eventSets.offline !== undefined) {
    const known = await offlineList(tiktok, call)
    sets.push(
      setFinding(
        'offline set',
        eventSets.offline,
        named(known, ({ id }) => id),
        kind,
      ),
    )
  }
  return [
    statusFinding(account),
    sameFinding('currency', account.currency, currency, account.currency === currency),
    sameFinding('timezone', account.timezone, timezone, isSameZone(account.timezone, timezone)),
    ...sets,
  ]
}

/** Whether TikTok takes this token at all, asked without sending anything. */
export async function checkToken(tiktok: TikTok, advertiserId: string, token: string): Promise<Finding> {
  const info = await advertiserInfo(tiktok, { token, ids: [advertiserId] })
  if (!info.ok && BAD_TOKEN.has(info.verdict.code))
    return unreadable('events token', info.verdict, 'marketing')
  return fine('events token', 'TikTok knows it.')
}

function unreadable(name: string, { code, message, remedy }: Verdict, kind: ReadingToken['kind']): Finding {
  if (code === NO_PERMISSION && kind === 'events')
    return notChecked(
      name,
      'The events token may not read the account: one that was made in Events Manager reaches only events. Currency, time zone and event sets are not checked.',
      'Add tokens.marketing to have them checked.',
    )
  const what = /^\d+$/.test(code) ? `TikTok answered ${code}` : 'TikTok could not be asked'
  return failed(name, `${what}: ${message}`, remedy)
}

function statusFinding({ name, status }: Advertiser): Finding {
  const who = name ?? 'It has no name'
  if (status === null || status === 'STATUS_ENABLE') return fine('advertiser', `${who}, enabled.`)
  return failed(
    'advertiser',
    `${who}: its status is ${status}.`,
    'Ask TikTok why the account is not enabled.',
  )
}

function sameFinding(
  name: 'currency' | 'timezone',
  theirs: string | null,
  ours: string,
  same: boolean,
): Finding {
  if (theirs === null) return notChecked(name, 'TikTok does not say.', null)
  if (same) return fine(name, theirs === ours ? ours : `${ours}, which is the same as ${theirs}.`)
  const detail = `The account has ${theirs}, the workspace says ${ours}.`
  return failed(name, detail, `Set ${name} of this connection to ${theirs}.`)
}

/** TikTok may answer `Etc/GMT+5` for a place: the same when both clocks agree in winter and in summer. */
function isSameZone(theirs: string | null, ours: string): boolean {
  if (theirs === null || theirs === ours) return true
  const year = new Date().getUTCFullYear()
  return [Date.UTC(year, 0, 15), Date.UTC(year, 6, 15)].every((at) => {
    const [a, b] = [clockAt(theirs, at), clockAt(ours, at)]
    return a !== null && a === b
  })
}

function clockAt(timeZone: string, at: number): string | null {
  try {
    return new Intl.DateTimeFormat('en', { timeZone, dateStyle: 'short', timeStyle: 'short' }).format(at)
  } catch {
    return null
  }
}

function named<T extends { name: string | null }>(list: Asked<T[]>, idOf: (entry: T) => string) {
  return list.ok
    ? { ok: true as const, value: list.value.map((entry) => ({ id: idOf(entry), name: entry.name })) }
    : list
}

function setFinding(
  name: string,
  wanted: string,
  list: Asked<{ id: string; name: string | null }[]>,
  kind: ReadingToken['kind'],
): Finding {
  if (!list.ok) return unreadable(name, list.verdict, kind)
  const found = list.value.find(({ id }) => id === wanted)
  if (found) return fine(name, found.name === null ? wanted : `${found.name} (${wanted})`)
  const hint = name === 'web set' ? ' A web set is the pixel code, not the numeric pixel id.' : ''
  return failed(
    name,
    `The account has no ${wanted}.${hint}`,
    'Copy the id from TikTok Events Manager, of the same ad account.',
  )
}
