import { resolve } from 'node:path'
import { readConfig } from '../config.ts'
import { markOnly, type RestoreReport, restore as restoreNow } from '../operator/restore.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { wrap } from '../terminal/wrap.ts'
import type { Outcome } from './outcome.ts'
import { ACTOR } from './with-closeback.ts'

/** Puts a backup into an empty data directory, paused. */
export async function restore(terminal: Terminal, { directory }: { directory: string }): Promise<Outcome> {
  const config = readConfig({ ...terminal.env, INIT_CWD: terminal.cwd })
  const options = { now: terminal.now, actor: ACTOR }
  const report = await restoreNow(config, resolve(terminal.cwd, directory), options)
  return outcome(report, terminal)
}

/** Marks a database that PostgreSQL restored. */
export async function markRestored(terminal: Terminal, { takenAt }: { takenAt: number }): Promise<Outcome> {
  const config = readConfig({ ...terminal.env, INIT_CWD: terminal.cwd })
  return outcome(await markOnly(config, takenAt, { now: terminal.now, actor: ACTOR }), terminal)
}

function outcome(report: RestoreReport, { width }: Terminal): Outcome {
  const { takenAt, revision, uncertain, missingKeys } = report
  const lines = [
    `Restored the backup of ${takenAt}, settings at revision ${revision}.`,
    uncertain === 0
      ? 'No delivery was on its way when it was taken.'
      : `${uncertain} ${uncertain === 1 ? 'delivery is' : 'deliveries are'} uncertain, because the original may have sent ` +
        'them since. Decide with "closeback resolve" or "closeback requeue --may-double", one by one or with --state uncertain.',
    'Erasures and keys revoked since the backup are undone: repeat them. Nothing is sent until "closeback resume".',
    ...(missingKeys.length === 0
      ? []
      : [
          `Its secrets need ${missingKeys.length === 1 ? 'the key' : 'the keys'} ${missingKeys.join(', ')}: put the ` +
            'secret.key of the original beside the ledger, or set CLOSEBACK_SECRET_KEY, before you start.',
        ]),
  ]
  return { exit: 0, document: report, text: `${lines.map((line) => wrap(line, width)).join('\n')}\n` }
}
