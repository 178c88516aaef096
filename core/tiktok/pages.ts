import { z } from 'zod'
import { ROWS_PER_PAGE } from '../model/tiktok.ts'
import { type Asked, asked } from './ask.ts'
import type { Call, TikTok } from './request.ts'

/** A page of a thousand rows with two dozen metrics has 0.8 MB. */
const MAX_ANSWER_BYTES = 10_000_000
/** A list that changes while it is read is read again this often. */
const RESTARTS = 1

/** What every page of a list brought. */
export interface Listed<T> {
  rows: T[]
  /** TikTok left rows out because there are too many ads. */
  cut: boolean
}

/**
 * Reads every page of a list, a thousand rows each, all or nothing: fewer rows than TikTok announced, or another total on a
 * later page, means that the list changed meanwhile, and is an error if it happens again.
 */
export async function everyPage<T>(
  tiktok: TikTok,
  call: Omit<Call, 'method'>,
  row: z.ZodType<T>,
): Promise<Asked<Listed<T>>> {
  for (let restarts = 0; ; restarts++) {
    const read = await readAll(tiktok, call, row)
    if (read !== 'changed') return read
    if (restarts === RESTARTS) return { ok: false, verdict: CHANGED }
  }
}

const CHANGED = {
  outcome: 'later',
  code: 'changed',
  message: 'the list changed while its pages were read',
  remedy: 'Wait: it is read again by itself.',
  failedIndex: null,
} as const

async function readAll<T>(
  tiktok: TikTok,
  { query, ...call }: Omit<Call, 'method'>,
  row: z.ZodType<T>,
): Promise<Asked<Listed<T>> | 'changed'> {
  const shape = z.object({
    list: z.array(row),
    page_info: z.object({ total_number: z.coerce.number().int(), total_page: z.coerce.number().int() }),
  })
  const rows: T[] = []
  let total: number | null = null
  let cut = false
  for (let page = 1, pages = 1; page <= pages; page++) {
    const answer = await tiktok.request({
      method: 'GET',
      ...call,
      query: { ...query, page, page_size: ROWS_PER_PAGE },
      maxAnswerBytes: MAX_ANSWER_BYTES,
    })
    const read = asked(answer, shape)
    if (!read.ok) return read
    if (answer.kind === 'envelope' && answer.throttle !== null) cut = true
    const { list, page_info } = read.value
    if (total !== null && page_info.total_number !== total) return 'changed'
    total = page_info.total_number
    pages = page_info.total_page
    for (const each of list) rows.push(each)
  }
  return rows.length === total ? { ok: true, value: { rows, cut } } : 'changed'
}
