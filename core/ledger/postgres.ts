import { PostgresDialect } from 'kysely'
import pg from 'pg'

const INT8 = 20
/** Waiting longer for a connection than this means the database is not there: the sender gets 503 and tries again. */
const CONNECT_TIMEOUT_MS = 5_000
const STATEMENT_TIMEOUT_MS = 30_000

/** The dialect over a pool; 64-bit integers come as safe integers, anything larger is an error rather than a rounding. */
export function postgresDialect(url: string, connections: number): PostgresDialect {
  const pool = new pg.Pool({
    connectionString: url,
    max: connections,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    query_timeout: STATEMENT_TIMEOUT_MS + 1_000,
    idle_in_transaction_session_timeout: STATEMENT_TIMEOUT_MS,
    keepAlive: true,
    application_name: 'closeback',
    types: {
      getTypeParser: (oid, format) => (oid === INT8 ? safeInteger : pg.types.getTypeParser(oid, format)),
    },
  })
  // A broken idle connection is replaced by the pool; without a listener it would end the host.
  pool.on('error', () => {})
  return new PostgresDialect({ pool })
}

function safeInteger(text: string): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value)) throw new RangeError(`integer out of range: ${text}`)
  return value
}
