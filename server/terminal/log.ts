import type { Log } from '../../core/model/log.ts'
import type { Terminal } from './terminal.ts'

const LEVELS = ['debug', 'info', 'warn', 'error'] as const

/**
 * One line an event on stderr. A command shows only warnings and errors, because its result is what was asked for;
 * LOG_LEVEL shows more or less.
 */
export function terminalLog(terminal: Terminal): Log {
  const asked = terminal.env.LOG_LEVEL || 'warn'
  // biome-ignore lint/complexity/useIndexOf: it takes only the names it knows, and any text may be asked for.
  const least = asked === 'silent' ? LEVELS.length : LEVELS.findIndex((level) => level === asked)
  const [debug, info, warn, error] = LEVELS.map((level, rank) => {
    return (facts: Record<string, unknown>, event: string) => {
      if (rank < least) return
      const told = Object.entries(facts).map(([name, value]) => ` ${name}=${shown(value)}`)
      terminal.err(`${level} ${event}${told.join('')}\n`)
    }
  }) as [Log['debug'], Log['info'], Log['warn'], Log['error']]
  return { debug, info, warn, error }
}

function shown(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return /^[\w.:/-]+$/.test(text) ? text : JSON.stringify(text)
}
