import type { Page } from 'playwright-core'
import { type Finding, failed, fine } from '../commands/finding.ts'
import type { Captured } from './browser/captured.ts'
import type { Visit } from './visit.ts'

/** Tags of consent tools and tag managers come late; a page that has none by then has none. */
const WAIT_MS = 8000

/** Whether the script runs on this page and knows the click; if not, why not. */
export async function judgeScript(
  { page, until }: Visit,
  ttclid: string,
): Promise<{ knows: boolean; findings: Finding[] }> {
  const runs = await until('typeof window.closeback?.get === "function"', WAIT_MS)
  if (!runs) return { knows: false, findings: [await whyNotThere(page)] }
  const { consent, values } = (await page.evaluate('closeback.get()')) as Captured
  const findings = [fine('script', 'capture.js runs.')]
  if (consent === null) {
    const remedy =
      'This is right until a person answers. To see the rest, open the page in a browser, accept, and look at the form.'
    findings.push(failed('consent', 'The page waits for consent: nothing is kept before.', remedy))
  } else if (!consent) {
    const remedy =
      'Nobody answered here, so something on the page says "denied" by itself: look at the settings of the consent tool.'
    findings.push(failed('consent', 'Consent is denied: nothing is kept.', remedy))
  } else if (values.ttclid !== ttclid) {
    const remedy =
      'Keep the parameters of the address until the script has run, and every step of a visit on one domain.'
    findings.push(failed('click id', 'The script does not know the click id.', remedy))
  } else findings.push(fine('click id', 'The script knows it.'))
  return { knows: findings.every(({ status }) => status === 'ok'), findings }
}

async function whyNotThere(page: Page): Promise<Finding> {
  const { origin, pathname } = new URL(page.url())
  const tag = (await page.evaluate('document.querySelector(\'script[src*="capture.js"]\')?.src ?? null')) as
    | string
    | null
  if (tag === null) {
    const remedy =
      'Put <script async src="https://<your Closeback host>/capture.js"></script> into the head of every page.'
    return failed('script', `capture.js is not on ${origin}${pathname}.`, remedy)
  }
  const policy = (await page.evaluate(
    'document.querySelector(\'meta[http-equiv="Content-Security-Policy" i]\') !== null',
  )) as boolean
  const answered = await page.request.get(tag).then(
    (response) => response.status(),
    () => 0,
  )
  if (answered === 200) {
    const { host } = new URL(tag)
    const what = policy
      ? 'the Content Security Policy of the page'
      : 'a Content Security Policy, or an error on the page,'
    return failed(
      'script',
      `capture.js is on the page and can be had, but ${what} keeps it from running.`,
      `Allow ${host} in script-src.`,
    )
  }
  const how = answered === 0 ? 'cannot be reached' : `answers ${answered}`
  return failed(
    'script',
    `${tag} ${how}.`,
    'Correct the address of the script, and let the host be reached from outside.',
  )
}
