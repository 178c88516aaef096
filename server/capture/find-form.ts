import type { Page } from 'playwright-core'
import { HAS_FORM } from './page-scripts.ts'
import type { Visit } from './visit.ts'

/** Links are tried in this order, at most so many: a check takes seconds, not minutes. */
const MOST_LINKS = 6
const LIKELY =
  /contact|demo|quote|sign-?up|checkout|order|book|form|lead|register|kontakt|anfrage|contato|contacto/i
const SETTLE_MS = 4000

export interface FoundForm {
  /** Pages that were gone through to get there. */
  steps: number
  detail: string
}

/** The first page with a form that a person fills in: this one, the one that is named, or one behind a link of the same site. */
export async function findForm(visit: Visit, named: string | null): Promise<FoundForm | null> {
  const { page } = visit
  if (named !== null) {
    const there = await open(visit, new URL(named, page.url()).href)
    return there ? { steps: 1, detail: `Found on ${pathOf(page)}.` } : null
  }
  if (await hasForm(visit)) return { steps: 0, detail: 'Found on the landing page.' }
  for (const link of await linksOf(page)) {
    if (await open(visit, link)) return { steps: 1, detail: `Found on ${pathOf(page)}, behind a link.` }
  }
  return null
}

async function open(visit: Visit, url: string): Promise<boolean> {
  const answer = await visit.page.goto(url, { waitUntil: 'load' }).catch(() => null)
  return answer !== null && answer.status() < 400 && (await hasForm(visit))
}

async function hasForm({ until }: Visit): Promise<boolean> {
  return (await until(HAS_FORM, SETTLE_MS)) !== null
}

/** Links to the same site without what is no page; the likely ones first. */
async function linksOf(page: Page): Promise<string[]> {
  const here = new URL(page.url())
  const all = (await page.evaluate(
    'Array.from(document.links, (link) => [link.href, link.textContent])',
  )) as [string, string][]
  const site = here.hostname.replace(/^www\./, '')
  const inside = all.filter(([href]) => {
    const url = URL.parse(href)
    return (
      url !== null &&
      /^https?:$/.test(url.protocol) &&
      `.${url.hostname}`.endsWith(`.${site}`) &&
      url.pathname !== here.pathname
    )
  })
  const likely = ([href, text]: [string, string]) => (LIKELY.test(href + text) ? 0 : 1)
  const sorted = inside.toSorted((a, b) => likely(a) - likely(b))
  return [...new Set(sorted.map(([href]) => href.split('#')[0] ?? ''))].slice(0, MOST_LINKS)
}

function pathOf(page: Page): string {
  const { host, pathname } = new URL(page.url())
  return host + pathname
}
