import { setTimeout as sleep } from 'node:timers/promises'
import { API_VERSION, PARALLEL_CALLS, RETRY_WAITS_MS } from '../constants.ts'
import { type Allowance, allowance, type Usage } from './allowance.ts'
import { classify } from './classify.ts'
import type { Connected } from './connect.ts'
import type { Context } from './login.ts'
import { SalesforceError } from './salesforce-error.ts'
import { semaphore } from './semaphore.ts'

/** The few calls the adapter makes. Every failure is a SalesforceError. */
export interface SfClient {
  /** 18 characters. */
  organizationId: string
  /** Of the integration user, 18 characters. */
  userId: string
  /** Gets a path of the REST API: `/limits`, or `/services/data/…`. */
  get<Answer>(path: string, doing: string): Promise<Answer>
  /** Posts once, whatever happens: only `install` writes. */
  post(path: string, body: object, doing: string): Promise<void>
  /** All rows of one statement, page by page as the server cuts them. `deleted` reads the recycle bin too. */
  pages<Row>(soql: string, options: { of: string; deleted?: boolean }): AsyncGenerator<Row[]>
  /** The server's clock, epoch ms, as of its last answer. */
  serverNow(): number
  usage(): Usage | null
  /** The connection itself, for API modules of jsforce that are loaded on demand. */
  connected: Connected
}

interface QueryAnswer<Row> {
  done: boolean
  records: Row[]
  nextRecordsUrl?: string
}

/**
 * Opens a client of the source's org. jsforce is loaded here, and only here.
 *
 * @param latest the context of the call that is being served
 * @param waits ms before a read that failed for the moment is repeated
 * @param refused hears of each read that failed for good
 */
export async function openClient(
  latest: () => Context,
  {
    waits = RETRY_WAITS_MS,
    refused = () => {},
  }: { waits?: readonly number[]; refused?: (failure: SalesforceError) => void } = {},
): Promise<SfClient> {
  const { connect } = await import('./connect.ts')
  const { dailyReserve, apiVersion = API_VERSION } = latest().settings
  const calls: Allowance = allowance(dailyReserve, () => latest().now())
  const connected = await connect(latest, apiVersion, calls)
  const gate = semaphore(PARALLEL_CALLS)

  async function get<Answer>(path: string, doing: string): Promise<Answer> {
    // An absolute address would carry the session to wherever it points.
    if (!path.startsWith('/') || path.startsWith('//'))
      throw new SalesforceError(
        'config',
        'NOT_A_PATH',
        `Salesforce, ${doing}: the answer points outside the org.`,
        {
          remedy: 'Check that the login URL is that of your own org.',
        },
      )
    for (let attempt = 0; ; attempt++) {
      const failure = await gate(async () => {
        calls.spend()
        const answer = await connected.conn.request<Answer>({ method: 'GET', url: path })
        if (typeof answer === 'object' && answer !== null) return { answer }
        throw Object.assign(new Error('not JSON'), { errorCode: 'UNREADABLE_ANSWER' })
      }).catch((error: unknown) => classify(connected.refusal(error), doing))
      if ('answer' in failure) return failure.answer
      const wait = waits[attempt]
      // What took two minutes once takes them again.
      if (failure.kind !== 'transient' || failure.errorCode === 'QUERY_TIMEOUT' || wait === undefined) {
        refused(failure)
        throw failure
      }
      await sleep(wait)
    }
  }

  return {
    organizationId: connected.organizationId,
    userId: connected.userId,
    get,
    async post(path, body, doing) {
      await gate(() => {
        calls.spend()
        return Promise.resolve(connected.conn.requestPost(path, body))
      }).catch((error: unknown) => {
        throw classify(connected.refusal(error), doing)
      })
    },
    async *pages<Row>(soql: string, { of, deleted = false }: { of: string; deleted?: boolean }) {
      const doing = `reading ${of}`
      let path: string | null = `/${deleted ? 'queryAll' : 'query'}?q=${encodeURIComponent(soql)}`
      while (path !== null) {
        const answer: QueryAnswer<Row> = await get<QueryAnswer<Row>>(path, doing)
        yield answer.records
        path = answer.done ? null : (answer.nextRecordsUrl ?? null)
      }
    },
    serverNow: connected.serverNow,
    usage: calls.usage,
    connected,
  }
}
