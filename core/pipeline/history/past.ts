import { extentOf } from '../../ledger/history.ts'
import { ClosebackError } from '../../model/errors.ts'
import type { Pipeline } from '../context.ts'
import type { ActiveSource, Settings } from '../settings.ts'
import type { PastChange } from './past-change.ts'
import { readLedger, toPast } from './read-past.ts'

/** What goes through the history, and where it is asked for. */
export interface HistoryRequest {
  /** Epoch ms. */
  since: number
  /** `null`: every source. */
  sourceId: string | null
  /** Told after each page: stage changes gone through, and how many there are where that is known. */
  onProgress?: (done: number, total: number | null) => void
  mayContinue?: () => boolean
}

/** A source of the past: the CRM's own history where the adapter can read it, else what the ledger saw. */
export interface PastSource {
  sourceId: string
  from: 'crm' | 'ledger'
}

/** Says for each source asked about where its past is read. */
export function pastSources(settings: Settings, sourceId: string | null): PastSource[] {
  return [...settings.sources.values()]
    .filter(({ source }) => sourceId === null || source.id === sourceId)
    .map(({ source, adapter }) => ({ sourceId: source.id, from: adapter.history ? 'crm' : 'ledger' }))
}

/** Every stage change that occurred since then, page by page. Throws `unavailable` when it is told to stop. */
export async function* readPast(
  pipeline: Pipeline,
  settings: Settings,
  { since, sourceId, onProgress, mayContinue = () => true }: HistoryRequest,
): AsyncGenerator<PastChange[]> {
  const sources = pastSources(settings, sourceId)
  const fromCrm = sources.filter(({ from }) => from === 'crm')
  const fromLedger = sources.filter(({ from }) => from === 'ledger')
  let done = 0
  let total: number | null = fromCrm.length === 0 ? 0 : null
  const told = (page: PastChange[]) => {
    if (!mayContinue()) {
      throw new ClosebackError('unavailable', 'It was stopped before the end.', {
        remedy: 'Run it again; what was done stays done.',
      })
    }
    done += page.length
    onProgress?.(done, total)
    return page
  }
  // One pass for all of them when all are read from the ledger, which is the usual case.
  const passes = fromCrm.length === 0 && sourceId === null ? [null] : fromLedger.map((each) => each.sourceId)
  for (const id of passes) {
    const wanted = { since, sourceId: id }
    const { count, firstId } = await extentOf(pipeline.ledger.reader, wanted)
    if (total !== null) total += count
    if (count > 0) for await (const page of readLedger(pipeline, settings, wanted, firstId)) yield told(page)
  }
  for (const { sourceId: id } of fromCrm) {
    const active = settings.sources.get(id)
    if (!active) continue
    for await (const said of readHistory(pipeline, active, since)) {
      yield told(await toPast(pipeline, settings, active, said))
    }
  }
}

/** The CRM's own history, without what is older than asked for. */
export async function* readHistory(pipeline: Pipeline, active: ActiveSource, since: number) {
  const { adapter } = active
  if (!adapter.history) return
  for await (const said of adapter.history(since, pipeline.adapterContext(active))) {
    const wanted = said.filter(({ change }) => change.occurredAt >= since)
    if (wanted.length > 0) yield wanted
  }
}
