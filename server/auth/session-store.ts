import { hash } from 'node:crypto'
import { type SessionData, Store } from 'express-session'
import type { Ledger } from '../../core/ledger/ledger.ts'
import { endSession, keepSession, readSession } from '../../core/ledger/sessions.ts'

type Done<T = void> = (error: unknown, value?: T) => void

/** The digest under which a session is kept. */
export function sessionHash(id: string): string {
  return hash('sha256', id)
}

/** Sessions of express-session in the ledger, so that every host knows them and a restart ends none. */
export class LedgerSessionStore extends Store {
  readonly #ledger: Ledger

  constructor(ledger: Ledger) {
    super()
    this.#ledger = ledger
  }

  override get(id: string, done: Done<SessionData | null>): void {
    const read = async () => {
      const content = await readSession(this.#ledger.db, sessionHash(id), this.#ledger.now())
      return content === null ? null : (JSON.parse(content) as SessionData)
    }
    read().then((session) => done(null, session), done)
  }

  override set(id: string, session: SessionData, done: Done = () => {}): void {
    const kept = {
      hash: sessionHash(id),
      personId: session.personId ?? null,
      content: JSON.stringify(session),
      expiresAt: session.expiresAt ?? 0,
    }
    keepSession(this.#ledger.db, kept, this.#ledger.now()).then(() => done(null), done)
  }

  override destroy(id: string, done: Done = () => {}): void {
    endSession(this.#ledger.db, sessionHash(id)).then(() => done(null), done)
  }
}
