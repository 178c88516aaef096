import { adviceText } from '../advice/advice-text.ts'
import { makeAdvice } from '../advice/make-advice.ts'
import type { Terminal } from '../terminal/terminal.ts'
import type { Outcome } from './outcome.ts'
import { withCloseback } from './with-closeback.ts'

/** Which stage TikTok should optimise on, for each connection. */
export async function adviseStages(
  terminal: Terminal,
  order: { connectionId: string | null; asOf: number | null },
): Promise<Outcome> {
  return withCloseback(terminal, async (closeback) => {
    const advice = await makeAdvice(closeback, order)
    const text = advice.map((each) => adviceText(each, terminal.width)).join('\n')
    return { exit: 0, document: { advice }, text }
  })
}
