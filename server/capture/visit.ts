import { setTimeout as sleep } from 'node:timers/promises'
import type { Page, Request } from 'playwright-core'
import { CAN_CHANGE, NOTE_TIMERS } from './page-scripts.ts'

const LOOK_MS = 100
/** So many looks in a row have to find a page at rest: some work leaves no trace between two of its steps. */
const LOOKS_AT_REST = 5

/** A page that is looked at while it does things by itself. */
export interface Visit {
  page: Page
  /**
   * Asks the page (an expression) until the answer is truthy, at most so long; `null` without one. Gives up sooner where
   * nothing can come any more: no request is under way, and no timer will run out within that time.
   */
  until(ask: string, mostMs: number): Promise<unknown>
}

/** Begins to watch a page, before anything is opened in it. */
export async function startVisit(page: Page): Promise<Visit> {
  const underWay = new Set<Request>()
  page.on('request', (request) => underWay.add(request))
  page.on('requestfinished', (request) => underWay.delete(request))
  page.on('requestfailed', (request) => underWay.delete(request))
  await page.addInitScript(NOTE_TIMERS)
  // While a page is left for the next one, it answers nothing.
  const say = (text: string): Promise<unknown> => page.evaluate(text).catch(() => null)

  return {
    page,
    async until(ask, mostMs) {
      const stopAt = Date.now() + mostMs
      for (let atRest = 0; ; ) {
        const answer = await say(ask)
        const left = stopAt - Date.now()
        if (answer || left <= 0 || atRest >= LOOKS_AT_REST) return answer || null
        const moves = underWay.size > 0 || (await say(`${CAN_CHANGE}(${left})`)) !== false
        atRest = moves ? 0 : atRest + 1
        await sleep(LOOK_MS)
      }
    },
  }
}
