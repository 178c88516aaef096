import { addInvitation } from '../../core/ledger/invitations.ts'
import { addEntry } from '../../core/ledger/journal.ts'
import { personByEmail } from '../../core/ledger/people.ts'
import { ClosebackError } from '../../core/model/errors.ts'
import { HOUR, toIso } from '../../core/model/time.ts'
import type { Terminal } from '../terminal/terminal.ts'
import type { Outcome } from './outcome.ts'
import { ACTOR, withCloseback } from './with-closeback.ts'

/** Makes a link with which a person chooses a new password; the old one works until then. */
export async function resetUser(terminal: Terminal, { email }: { email: string }): Promise<Outcome> {
  return withCloseback(terminal, async ({ config, ledger }) => {
    const made = await ledger.transaction(async (tx) => {
      const person = await personByEmail(tx, email)
      if (person === null) {
        throw new ClosebackError('not_found', 'nobody of this address may sign in', {
          remedy: 'Check the address; owners invite people in the console.',
        })
      }
      const { role } = person
      const said = { kind: 'reset' as const, email, role, createdBy: ACTOR, lifeMs: HOUR }
      const link = await addInvitation(tx, said, ledger.now())
      const entry = { at: ledger.now(), actor: ACTOR, verb: 'user reset', subject: `person ${person.id}` }
      await addEntry(tx, { ...entry, detail: '' })
      return link
    })
    const base = config.publicUrl ?? `http://${config.host}:${config.port}`
    const url = `${base}/join#${made.token}`
    const expiresAt = toIso(made.expiresAt)
    const text = `${url}\nIt works once, within an hour, and is not shown again.\n`
    return { exit: 0, document: { url, expiresAt }, text }
  })
}
