import pino from 'pino'
import { ClosebackError } from '../core/model/errors.ts'
import type { Log } from '../core/model/log.ts'
import type { Config } from './config.ts'

/** Names under which a secret or a person could slip into the facts of an entry. */
const NEVER = [
  'authorization',
  'cookie',
  'key',
  'token',
  'secret',
  'password',
  'body',
  'payload',
  'headers',
  'identity',
  'email',
  'phone',
]

/** JSON lines on stderr: `time`, `level`, `event` and facts. Nothing personal, no secrets, no bodies. */
export function createLog(
  level: Config['logLevel'],
  to: pino.DestinationStream = pino.destination({ fd: 2, sync: true }),
): Log {
  return pino(
    {
      level,
      base: null,
      messageKey: 'event',
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: NEVER.flatMap((name) => [name, `*.${name}`]), remove: true },
    },
    to,
  )
}

/**
 * What may be logged of an error. The message only when it is ours: those of engines and libraries quote values
 * (PostgreSQL: `invalid input syntax for type bigint: "…"`), so of theirs the name, the code and the places remain.
 */
export function factsOf(error: unknown): Record<string, unknown> {
  if (error instanceof ClosebackError) {
    const cause = error.cause === undefined ? {} : { cause: factsOf(error.cause) }
    return { code: error.code, error: error.message, ...cause }
  }
  if (!(error instanceof Error)) return { error: typeof error }
  const places = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line))
  return {
    error: error.name,
    ...textOf(error, 'code'),
    // SQLite's own text for its result code, such as "database or disk is full"; never a value.
    ...textOf(error, 'errstr'),
    at: places.slice(0, 8).map((line) => line.trim()),
  }
}

function textOf(error: Error, name: 'code' | 'errstr'): Record<string, string> {
  const value: unknown = Reflect.get(error, name)
  return typeof value === 'string' ? { [name]: value } : {}
}
