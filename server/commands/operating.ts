import { Argument, type Command, InvalidArgumentError } from 'commander'
import type { Terminal } from '../terminal/terminal.ts'
import type { Outcome } from './outcome.ts'
import { wrongUse } from './wrong-use.ts'

/** The commands of operators; `command` makes one of the program. */
export function addOperating(
  command: (usage: string, description: string, example: string) => Command,
  terminal: Terminal,
  done: (outcome: Outcome | number) => void,
): void {
  command('doctor', 'examine this installation', 'doctor').action(async () => {
    const { doctor } = await import('./doctor.ts')
    done(await doctor(terminal))
  })
  command('erase', 'forget a person, with a receipt', 'erase --email ada@example.com')
    .option('--email <address>', 'an e-mail address; may be repeated', collect, [])
    .option('--phone <number>', 'a phone number, best with its country code; may be repeated', collect, [])
    .option('--external-id <id>', 'your own id of the person; may be repeated', collect, [])
    .action(async ({ email, phone, externalId }) => {
      if (email.length + phone.length + externalId.length === 0)
        throw wrongUse('say who: --email, --phone or --external-id')
      const { erase } = await import('./erase.ts')
      done(await erase(terminal, { emails: email, phones: phone, externalIds: externalId }))
    })
  command('retention', 'empty payloads older than the settings keep', 'retention --dry-run')
    .option('--dry-run', 'only count them', false)
    .action(async ({ dryRun }) => {
      const { retention } = await import('./retention.ts')
      done(await retention(terminal, { dryRun }))
    })
  command('backup', 'copy ledger and settings while the host runs', 'backup /backups/monday')
    .argument('<directory>', 'empty, or not there yet')
    .action(async (directory) => {
      const { backup } = await import('./backup.ts')
      done(await backup(terminal, { directory }))
    })
  command('restore', 'put a backup into an empty data directory', 'restore /backups/monday')
    .argument('[directory]', 'what "backup" wrote')
    .option('--mark', 'only mark a database that pg_restore put back', false)
    .option('--taken-at <time>', 'with --mark: when the dump was taken, ISO 8601', parseTime)
    .action(async (directory, { mark, takenAt }) => {
      if (mark !== (takenAt !== undefined) || mark === (directory !== undefined))
        throw wrongUse('name the directory of a backup, or use --mark with --taken-at')
      const { markRestored, restore } = await import('./restore.ts')
      done(mark ? await markRestored(terminal, { takenAt }) : await restore(terminal, { directory }))
    })
  command('keys', 'seal every secret with a new key', 'keys rotate')
    .addArgument(new Argument('<what>', 'what to do').choices(['rotate']))
    .action(async () => {
      const { rotate } = await import('./keys-rotate.ts')
      done(await rotate(terminal))
    })
  command('user', 'let somebody choose a new password', 'user reset ada@example.com')
    .addArgument(new Argument('<what>', 'what to do').choices(['reset']))
    .argument('<email>', 'the address they sign in with')
    .action(async (_what, email) => {
      const { resetUser } = await import('./user.ts')
      done(await resetUser(terminal, { email }))
    })
}

function collect(text: string, before: string[]): string[] {
  return [...before, text]
}

function parseTime(text: string): number {
  const time = /^\d{4}-\d\d-\d\dT.*(Z|[+-]\d\d:\d\d)$/.test(text) ? Date.parse(text) : Number.NaN
  if (Number.isFinite(time)) return time
  throw new InvalidArgumentError('It must be a date and time with an offset, as in 2026-11-01T00:00:00Z.')
}
