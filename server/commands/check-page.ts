import { checkPage as followClick } from '../capture/check-page.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { block, summary } from './check.ts'
import type { Outcome } from './outcome.ts'
import { wrongUse } from './wrong-use.ts'

/** Follows a click through a page to its form. The address was typed here, so it may be a private one. */
export async function checkPage(
  terminal: Terminal,
  { url, form }: { url: string; form: string | null },
): Promise<Outcome> {
  for (const each of [url, form ?? url])
    if (!/^https?:$/.test(URL.parse(each)?.protocol ?? ''))
      throw wrongUse('give a whole address, with https://')
  terminal.err('A click is followed in a browser; this takes up to a minute.\n')
  const { ok, findings } = await followClick({ url, form, allowPrivate: true, env: terminal.env })
  return {
    exit: ok ? 0 : 1,
    document: { ok, url, findings },
    text: `${block(`page ${url}`, findings, terminal.width)}\n${summary(findings)}\n`,
  }
}
