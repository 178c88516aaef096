import { listDeliveries } from '../../core/ledger/delivery-list.ts'
import { deliveryView } from '../../core/ledger/delivery-view.ts'
import { amountText, clause } from '../../core/mapping/explain-words.ts'
import type { DeliveryState } from '../../core/model/delivery.ts'
import type { DeliveryView } from '../../core/model/story.ts'
import { type Column, table } from '../terminal/table.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { known } from './known.ts'
import type { Outcome } from './outcome.ts'
import { withCloseback } from './with-closeback.ts'

export interface EventsOptions {
  state: DeliveryState | null
  connectionId: string | null
  sourceId: string | null
  limit: number
  /** Only deliveries with a smaller id: the next page. */
  before: number | null
}

/** The deliveries, newest first. */
export async function events(terminal: Terminal, options: EventsOptions): Promise<Outcome> {
  const { state, connectionId, sourceId, limit, before } = options
  return withCloseback(terminal, async ({ ledger, store }) => {
    const { connections, sources } = store.current.workspace
    const rows = await listDeliveries(ledger.reader, {
      limit,
      ...(state && { state }),
      ...(connectionId !== null && { connectionId }),
      ...(sourceId !== null && { sourceId }),
      ...(before !== null && { before }),
    })
    if (rows.length === 0 && connectionId !== null) known('connection', connectionId, connections)
    if (rows.length === 0 && sourceId !== null) known('source', sourceId, sources)
    const views = rows.map((row) => deliveryView(row, { type: row.record_type, id: row.record_id }))
    const next = rows.length === limit ? (rows.at(-1)?.id ?? null) : null
    return { exit: 0, document: { events: views, before: next }, text: listText(views, next, terminal) }
  })
}

const COLUMNS: Column[] = [
  { title: 'id', align: 'right' },
  { title: 'record', shrink: true },
  { title: 'event', shrink: true },
  { title: 'value', align: 'right' },
  { title: 'state' },
  { title: 'when (UTC)' },
]

function listText(views: readonly DeliveryView[], next: number | null, { width }: Terminal): string {
  if (views.length === 0) return 'No deliveries.\n'
  const rows = views.map((view) => ({
    cells: [
      String(view.id),
      `${view.record.type}:${view.record.id}`,
      view.test ? `${view.event} (test)` : view.event,
      view.value === null ? '-' : amountText(view.value),
      view.state,
      (view.settledAt ?? view.createdAt).slice(0, 16).replace('T', ' '),
    ],
    note: why(view),
  }))
  const more = next === null ? '' : `More with --before ${next}.\n`
  return `${table(COLUMNS, rows, width)}${more}`
}

/** Why it is in the state it is in; nothing for what went as it should. */
function why({ state, holdReason, code, message, nextAt }: DeliveryView): string {
  const said =
    code === null || code === '0' ? '' : [code, message && clause(message)].filter((part) => part).join(': ')
  const until = nextAt === null ? '' : nextAt.slice(0, 16).replace('T', ' ')
  if (state === 'held') return `${holdReason}${until === '' ? '' : `, until ${until}`}`
  if (state === 'accepted') return code?.startsWith('resolved') ? 'a person said so' : ''
  if (state === 'cancelled') return code === 'erased' ? 'its person was erased' : 'a person dropped it'
  if (state === 'too_old') return 'past its age limit'
  if (state === 'waiting') return said === '' ? '' : `again from ${until}; ${said}`
  return said
}
