import { erase as eraseNow, type Person } from '../../core/pipeline/erase.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { wrap } from '../terminal/wrap.ts'
import type { Outcome } from './outcome.ts'
import { ACTOR, withCloseback } from './with-closeback.ts'

const NOUNS = {
  deals: 'deals',
  messages: 'messages',
  conflicts: 'conflicting messages',
  touchpoints: 'touchpoints',
  payloads: 'payloads of deliveries',
  cancelled: 'deliveries cancelled',
  uncertain: 'deliveries now uncertain',
} as const

/** Forgets a person and prints the receipt. */
export async function erase(terminal: Terminal, person: Person): Promise<Outcome> {
  return withCloseback(terminal, async ({ pipeline }) => {
    const receipt = await eraseNow(pipeline, person, ACTOR)
    const { id, at, identifiers, found, blanked, scrubbed } = receipt
    const rows = Object.entries(NOUNS).map(([name, noun]) => [noun, blanked[name as keyof typeof NOUNS]])
    const lines = [
      `receipt  ${id}`,
      `time     ${at}`,
      ...identifiers.map(({ kind, hash }) => `person   ${kind} ${hash}…`),
      ...rows.map(([noun, count]) => `${String(count).padStart(7)}  ${noun}`),
      wrap(
        found ? 'Erased. Ids, states and amounts stay.' : 'The ledger knew nothing of this person.',
        terminal.width,
      ),
      wrap(
        'From now on whatever comes about them is suppressed. Backups taken before still hold them, and TikTok is asked separately.',
        terminal.width,
      ),
      ...(scrubbed
        ? []
        : [
            wrap(
              'The write-ahead log was busy and still holds earlier pages: run the same command again in a minute.',
              terminal.width,
            ),
          ]),
    ]
    return { exit: 0, document: receipt, text: `${lines.join('\n')}\n` }
  })
}
