import { ClosebackError } from '../../core/model/errors.ts'
import type { Utm } from '../../core/model/record.ts'
import { DAY } from '../../core/model/time.ts'
import { type TRACKING, trackingUrl, utmOf, utmProblems } from '../../core/model/utm.ts'
import { knownCampaigns, type LintedUtm, lintSeen } from '../../core/pipeline/utm-lint.ts'
import { counted } from '../terminal/counted.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { wrap } from '../terminal/wrap.ts'
import type { Outcome } from './outcome.ts'
import { withCloseback } from './with-closeback.ts'

/** Makes a link for TikTok ads of a page address. */
export function buildLink(
  text: string,
  given: Partial<Record<keyof typeof TRACKING, string | undefined>>,
): Outcome {
  const set = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
  const url = trackingUrl(urlOf(text), set)
  return { exit: 0, document: { url }, text: `${url}\n` }
}

/**
 * Holds links against the naming convention: those given, else what the clicks of TikTok's ads carried in the last days.
 * Failed when one breaks it.
 */
export async function lintLinks(
  terminal: Terminal,
  { urls, days }: { urls: readonly string[]; days: number },
): Promise<Outcome> {
  const links = urls.map(urlOf)
  return withCloseback(terminal, async ({ ledger, pipeline }) => {
    const { connections } = await pipeline.settings()
    const campaigns = await knownCampaigns(ledger, [...connections.keys()])
    const linted =
      links.length > 0
        ? links.map((url) => ({ utm: utmOf(url), count: 1, problems: utmProblems(utmOf(url), campaigns) }))
        : await lintSeen(ledger, { since: ledger.now() - days * DAY, campaigns })
    const broken = linted.filter(({ problems }) => problems.length > 0)
    return {
      exit: broken.length > 0 ? 1 : 0,
      document: { campaignsKnown: campaigns !== null, links: linted },
      text: textOf(linted, { hasCampaigns: campaigns !== null, given: links.length > 0, days }, terminal),
    }
  })
}

function textOf(
  linted: readonly LintedUtm[],
  { hasCampaigns, given, days }: { hasCampaigns: boolean; given: boolean; days: number },
  { width }: Terminal,
): string {
  const broken = linted.filter(({ problems }) => problems.length > 0)
  const all = linted.reduce((sum, { count }) => sum + count, 0)
  const bad = broken.reduce((sum, { count }) => sum + count, 0)
  const what = given
    ? counted(all, 'link')
    : `${counted(all, 'click')} from TikTok in the last ${counted(days, 'day')}`
  const lines = [
    all === 0
      ? `There were no clicks from TikTok in the last ${counted(days, 'day')}.`
      : `${what}: ${bad} of them ${bad === 1 ? 'breaks' : 'break'} the convention.`,
    ...broken.flatMap(({ utm, count, problems }) => [
      wrap(`${given ? '' : `${count} × `}${shown(utm)}`, width, '  '),
      ...problems.map(
        ({ parameter, message, remedy }) =>
          `  ${wrap(`${parameter} ${message}. ${remedy}`, width - 2, '    ')}`,
      ),
    ]),
    ...(hasCampaigns ? [] : ['Whether the campaigns exist is not known: "closeback insights" brings them.']),
  ]
  return `${lines.join('\n')}\n`
}

function shown(utm: Utm): string {
  const said = Object.entries(utm).flatMap(([name, value]) =>
    value === null ? [] : [`utm_${name}=${value}`],
  )
  return said.length === 0 ? 'no utm parameters' : said.join(' ')
}

function urlOf(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null
  if (url && /^https?:$/.test(url.protocol)) return url
  throw new ClosebackError('invalid', `"${text.slice(0, 200)}" is not a page address.`, {
    remedy: 'Give the whole address, such as https://shop.example/landing.',
  })
}
