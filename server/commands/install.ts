import { installSource } from '../source-install.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { wrap } from '../terminal/wrap.ts'
import type { Outcome } from './outcome.ts'
import { withCloseback } from './with-closeback.ts'

/** Steps are shown as they come, so their column is as wide as the longest name we know of. */
const LONGEST_NAME = 'Opportunity.utm_campaign__c'.length

/** Creates in the CRM what Closeback needs there, each step shown as it is done. */
export async function install(
  terminal: Terminal,
  { sourceId, dryRun, json }: { sourceId: string; dryRun: boolean; json: boolean },
): Promise<Outcome> {
  return withCloseback(terminal, async (closeback) => {
    const { ok, steps } = await installSource(closeback, sourceId, {
      dryRun,
      onStep({ name, state, detail }) {
        const head = `${state.padEnd(12)}  ${name.padEnd(LONGEST_NAME)}  `
        const text = wrap(detail, terminal.width - head.length)
        if (!json) terminal.out(`${head}${text.replaceAll('\n', `\n${' '.repeat(head.length)}`)}\n`)
      },
    })
    const made = steps.filter(({ state }) => state === 'created').length
    const byHand = steps.filter(({ state }) => state === 'by hand').length
    const summary = [
      dryRun ? 'Nothing was written.' : `${made} created.`,
      ...(byHand > 0 ? [`${byHand} left to do by hand.`] : []),
      ...(ok ? [] : ['Some failed: mend what they say and run it again.']),
    ]
    return {
      exit: ok ? 0 : 1,
      document: { sourceId, dryRun, ok, steps },
      text: `${summary.join(' ')}\n`,
    }
  })
}
