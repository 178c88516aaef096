import { findStories } from '../../core/ledger/story.ts'
import { type Explanation, explain as explainStory } from '../../core/mapping/explain.ts'
import { amountText } from '../../core/mapping/explain-words.ts'
import { ClosebackError } from '../../core/model/errors.ts'
import type { Story } from '../../core/model/story.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { wrap } from '../terminal/wrap.ts'
import { known } from './known.ts'
import type { Outcome } from './outcome.ts'
import { withCloseback } from './with-closeback.ts'

type Explained = Story & Explanation

/** Everything that happened to one deal, and why it was or was not sent. `record` is `id` or `type:id`. */
export async function explain(
  terminal: Terminal,
  { sourceId, record }: { sourceId: string; record: string },
): Promise<Outcome> {
  return withCloseback(terminal, async ({ ledger, store, pipeline }) => {
    const adapter = (await pipeline.settings()).sources.get(sourceId)?.adapter
    const found = await findStories(ledger.db, sourceId, record, adapter?.idOf)
    const stories: Explained[] = found.map((story) => ({ ...story, ...explainStory(story) }))
    if (stories.length === 0) {
      known('source', sourceId, store.current.workspace.sources)
      throw new ClosebackError(
        'not_found',
        `Nothing was ever heard of ${record} from source "${sourceId}".`,
        {
          remedy: adapter?.poll
            ? `Check the id. What just happened comes with the next poll: "closeback poll ${sourceId}" is one.`
            : 'Check the id; "closeback events" lists what led to a delivery.',
        },
      )
    }
    const text = stories.map((story) => storyText(story, terminal.width)).join('\n')
    return { exit: 0, document: { stories }, text }
  })
}

function storyText(
  { sentence, timeline, sourceId, record, now, countedAs }: Explained,
  width: number,
): string {
  const state = [
    ...(now?.stage ? [`in stage ${now.stage}`] : []),
    ...(now?.amount ? [amountText(now.amount)] : []),
    ...(now?.consent ? [`consent ${now.consent}`] : []),
  ]
  const lines = [
    wrap(sentence, width),
    '',
    wrap(
      `${record.type} ${record.id} of ${sourceId}${state.length > 0 ? `: ${state.join(', ')}` : ''}`,
      width,
    ),
  ]
  for (const problem of now?.problems ?? []) lines.push(wrap(problem, width))
  if (countedAs) {
    const { sourceId: other, record: twin } = countedAs
    lines.push(wrap(`the same deal as ${twin.type} ${twin.id} of ${other}, and counted as that one`, width))
  }
  let day = ''
  for (const { at, subject, text } of timeline) {
    if (!at.startsWith(day) || day === '') {
      day = at.slice(0, 10)
      lines.push('', `${day} UTC`)
    }
    const head = `  ${at.slice(11, 19)}  ${subject.padEnd(8)}  `
    lines.push(
      `${head}${wrap(text, width - head.length, '').replaceAll('\n', `\n${' '.repeat(head.length)}`)}`,
    )
  }
  return `${lines.join('\n')}\n`
}
