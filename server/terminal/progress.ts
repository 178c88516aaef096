import type { Terminal } from './terminal.ts'

const BAR = 24
/** Redrawn at most this often. */
const EVERY_MS = 100

export interface Progress {
  /** `total` is `null` where nobody knows it. */
  show(done: number, total: number | null): void
  /** Takes the bar away. */
  end(): void
}

/** One line on stderr that says how far long work is; nothing at all where nobody looks. */
export function progressOn(terminal: Pick<Terminal, 'err' | 'now' | 'interactive'>, noun: string): Progress {
  let drawnAt = 0
  let drawn = false
  return {
    show(done, total) {
      const now = terminal.now()
      if (!terminal.interactive || now - drawnAt < EVERY_MS) return
      drawnAt = now
      drawn = true
      const share = total === null || total === 0 ? null : Math.min(1, done / total)
      const filled = Math.round((share ?? 0) * BAR)
      const bar = share === null ? '' : `[${'#'.repeat(filled)}${' '.repeat(BAR - filled)}] `
      const of = total === null ? '' : ` of ${total.toLocaleString('en-US')}`
      terminal.err(`\r\x1b[K${bar}${done.toLocaleString('en-US')}${of} ${noun}`)
    },
    end() {
      if (drawn) terminal.err('\r\x1b[K')
    },
  }
}
