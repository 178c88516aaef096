import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, expect, it } from 'vitest'
import { reconciliationPage } from '../../server/reconciliation/reconciliation-page.ts'
import { playFaulty } from '../analysis/faulty-world.ts'
import { describeInBrowser, useBrowser } from '../support/browser.ts'
import { temporaryDirectory } from '../support/temporary.ts'
import { usePair } from '../support/use-pair.ts'

describeInBrowser('the HTML report of a reconciliation', () => {
  const browser = useBrowser()
  const pairOf = usePair()
  const made: string[] = []
  afterAll(() => Promise.all(made.map((directory) => rm(directory, { recursive: true }))))

  it('opens from a file without an error, a request or a sideways scroll, wide and narrow, with its two pictures', async () => {
    const { report } = await playFaulty(pairOf, ['rejected', 'late_firing'])
    const directory = await temporaryDirectory()
    made.push(directory)
    const path = join(directory, 'report.html')
    await writeFile(path, await reconciliationPage([report]))
    for (const width of [1280, 360]) {
      const page = await browser.page({ viewport: { width, height: 900 }, colorScheme: 'light' })
      const asked: string[] = []
      page.on('request', (request) => asked.push(request.url()))
      await page.goto(pathToFileURL(path).href)
      expect(page.errors).toEqual([])
      expect(asked).toEqual([pathToFileURL(path).href])
      const pictures = page.locator('svg:visible')
      expect(await pictures.count()).toBe(2)
      expect(await page.getByText('Everything is explained: nothing is left over.').isVisible()).toBe(true)
      const scrolls = await page.evaluate<number>(
        'document.documentElement.scrollWidth - document.documentElement.clientWidth',
      )
      expect(scrolls, `at ${width}`).toBeLessThanOrEqual(0)
    }
  })
})
