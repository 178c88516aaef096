import { setTimeout as sleep } from 'node:timers/promises'
import { ALL_CONNECTIONS, parkedSets } from '../../core/ledger/connections.ts'
import { countDeliveries } from '../../core/ledger/deliveries.ts'
import { clause } from '../../core/mapping/explain-words.ts'
import { ClosebackError } from '../../core/model/errors.ts'
import { SECOND, toIso } from '../../core/model/time.ts'
import type { Connection } from '../../core/model/workspace.ts'
import type { Answer } from '../../core/tiktok/answer.ts'
import type { TikTok } from '../../core/tiktok/request.ts'
import type { Closeback } from '../compose.ts'
import { sentence } from '../terminal/show-error.ts'
import { checkAccount, checkToken } from './check-account.ts'
import { type Finding, failed, fine, warning } from './finding.ts'

/** A clock that is off by more makes deadlines start early or late. */
const MAX_CLOCK_DIFFERENCE_MS = 30 * SECOND

/** TikTok allows a basic app 10 reading calls a second (code 40100 past that); a check makes a handful. */
const RATE_WINDOW_MS = 1.1 * SECOND
const MOST_RETRIES = 3

/** Deliveries of one connection that are not final, and those that wait for a person. */
export interface Counts {
  held: number
  waiting: number
  inFlight: number
  uncertain: number
  rejected: number
}

export interface CheckedConnection {
  id: string
  findings: Finding[]
  deliveries: Counts
}

/** Asks everything that can be known about a connection without sending an event. */
export async function checkConnection(
  closeback: Closeback,
  connection: Connection,
): Promise<CheckedConnection> {
  const clock = clockWatch(closeback)
  const { id, advertiserId, tokens } = connection
  const findings: Finding[] = []
  const events = await tokenOf(() => closeback.pipeline.eventsToken(id), 'events token')
  const marketing = tokens.marketing
    ? await tokenOf(() => closeback.pipeline.marketingToken(id), 'marketing token')
    : null
  for (const each of [events, marketing]) if (each?.finding) findings.push(each.finding)
  if (marketing?.token) {
    if (events.token) findings.push(await checkToken(clock.tiktok, advertiserId, events.token))
    const reading = { token: marketing.token, kind: 'marketing' as const }
    findings.push(...(await checkAccount(clock.tiktok, connection, reading)))
  } else if (events.token && marketing === null) {
    findings.push(...(await checkAccount(clock.tiktok, connection, { token: events.token, kind: 'events' })))
  }
  const difference = clock.finding()
  if (difference) findings.push(difference)
  const deliveries = await counts(closeback, id)
  findings.push(...(await stateFindings(closeback, id)), ...deliveryFindings(id, deliveries))
  return { id, findings, deliveries }
}

async function tokenOf(
  read: () => Promise<string>,
  name: string,
): Promise<{ token: string | null; finding: Finding | null }> {
  try {
    return { token: await read(), finding: null }
  } catch (error) {
    if (!(error instanceof ClosebackError)) throw error
    return { token: null, finding: failed(name, sentence(error.message), error.remedy) }
  }
}

/** The same TikTok, patient when it is asked too fast, with an eye on the `Date` of its answers; also of a no. */
function clockWatch({ tiktok, ledger }: Closeback): { tiktok: TikTok; finding: () => Finding | null } {
  let difference: number | null = null
  return {
    tiktok: {
      async request(call) {
        let before = ledger.now()
        let answer = await tiktok.request(call)
        for (let again = 0; again < MOST_RETRIES && isTooFast(answer); again++) {
          await sleep(RATE_WINDOW_MS)
          before = ledger.now()
          answer = await tiktok.request(call)
        }
        if (answer.kind === 'envelope' && answer.date !== null) {
          // The moment of the header lies between question and answer, cut to a whole second.
          const [least, most] = [answer.date - ledger.now(), answer.date + SECOND - before]
          difference = least > 0 ? least : Math.min(most, 0)
        }
        return answer
      },
    },
    finding() {
      if (difference === null) return null
      const seconds = Math.round(Math.abs(difference) / SECOND)
      if (Math.abs(difference) <= MAX_CLOCK_DIFFERENCE_MS) return fine('clock', 'As TikTok’s.')
      const direction = difference > 0 ? 'behind' : 'ahead of'
      return warning(
        'clock',
        `This host is ${seconds} s ${direction} TikTok.`,
        'Let this host keep its time by NTP.',
      )
    },
  }
}

function isTooFast(answer: Answer): boolean {
  return answer.kind === 'envelope' && answer.code === 40_100
}

async function stateFindings({ ledger }: Closeback, id: string): Promise<Finding[]> {
  const paused = await ledger.db
    .selectFrom('connections')
    .selectAll()
    .where('id', 'in', [id, ALL_CONNECTIONS])
    .where('paused_at', 'is not', null)
    .execute()
  const parked = (await parkedSets(ledger.db)).filter((set) => set.connection_id === id)
  return [
    ...paused.map((row) => {
      const target = row.id === ALL_CONNECTIONS ? '' : ` ${row.id}`
      const since = toIso(row.paused_at ?? 0).slice(0, 16)
      return warning('state', `Paused since ${since}Z.`, `Run "closeback resume${target}" to send again.`)
    }),
    ...parked.map((set) =>
      failed(
        'state',
        `Event set ${set.event_source_id} is parked: TikTok answered ${set.code} (${clause(set.message)}).`,
        set.remedy,
      ),
    ),
    ...(paused.length + parked.length === 0 ? [fine('state', 'Sending.')] : []),
  ]
}

async function counts({ ledger }: Closeback, id: string): Promise<Counts> {
  const rows = await countDeliveries(ledger.reader)
  const of = (state: string) =>
    rows
      .filter((row) => row.connectionId === id && row.state === state)
      .reduce((sum, row) => sum + row.count, 0)
  return {
    held: of('held'),
    waiting: of('waiting'),
    inFlight: of('in_flight'),
    uncertain: of('uncertain'),
    rejected: of('rejected'),
  }
}

function deliveryFindings(id: string, { held, waiting, inFlight, uncertain, rejected }: Counts): Finding[] {
  const open = `${waiting} waiting, ${inFlight} in flight, ${held} held, ${rejected} rejected.`
  const findings = [fine('deliveries', open)]
  if (uncertain > 0)
    findings.push(
      warning(
        'uncertain',
        `${uncertain} may or may not have arrived.`,
        `List them with "closeback events --state uncertain --connection ${id}", look in Events Manager, then resolve them.`,
      ),
    )
  return findings
}
