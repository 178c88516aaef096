import { Argument, InvalidArgumentError, Option } from 'commander'
import type { Terminal } from '../terminal/terminal.ts'
import type { Outcome } from './outcome.ts'
import type { AddCommand } from './program.ts'
import { wrongUse } from './wrong-use.ts'

/** The commands that bring figures from elsewhere, and keep the names in them comparable. */
export function addReporting(
  command: AddCommand,
  terminal: Terminal,
  done: (outcome: Outcome | number) => void,
): void {
  command('insights', 'pull what TikTok reports, once', 'insights --days 7')
    .option('--days <number>', 'the last so many days; what is due when left out', parseDays)
    .option('--connection <id>', 'only this connection')
    .action(async ({ days = null, connection = null }) => {
      const { insights } = await import('./insights.ts')
      done(await insights(terminal, { days, connectionId: connection }))
    })
  command('audit', 'hold this week’s books against last week’s', 'audit us-brand')
    .argument('[connection]', 'all of them when left out')
    .action(async (connectionId = null) => {
      const { audit } = await import('./audit.ts')
      done(await audit(terminal, { connectionId }))
    })
  command('spend', 'take in what other channels cost', 'spend import spend.csv')
    .addArgument(new Argument('<what>', 'what to do').choices(['import']))
    .argument('<file>', 'day,channel,campaign,spend,currency')
    .addOption(new Option('--decimal <mark>', 'how amounts are written').choices(['point', 'comma']))
    .action(async (_what, file, { decimal = null }) => {
      const { importSpend } = await import('./spend.ts')
      done(await importSpend(terminal, { file, decimal: decimal as 'point' | 'comma' | null }))
    })
  command('utm', 'check or make the links of TikTok ads', 'utm build https://shop.example/landing')
    .addArgument(new Argument('<what>', 'what to do').choices(['lint', 'build']))
    .argument('[url...]', 'lint: what clicks carried when left out; build: the page')
    .option('--days <number>', 'lint: how far to look back', parseDays, 30)
    .option('--campaign <name>', 'build: instead of TikTok’s macro')
    .option('--content <text>', 'build: instead of the ad’s id')
    .option('--term <text>', 'build: instead of the ad group’s id')
    .action(async (what, urls, { days, campaign, content, term }) => {
      const { buildLink, lintLinks } = await import('./utm.ts')
      if (what === 'lint') return done(await lintLinks(terminal, { urls, days }))
      const [url] = urls
      if (url === undefined || urls.length > 1) throw wrongUse('give the one page the ads lead to')
      done(buildLink(url, { utm_campaign: campaign, utm_content: content, utm_term: term }))
    })
}

function parseDays(text: string): number {
  const days = /^[1-9]\d{0,2}$/.test(text) ? Number(text) : Number.NaN
  if (days <= 365) return days
  throw new InvalidArgumentError('It must be a number of days from 1 to 365.')
}
