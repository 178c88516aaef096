import { chunks } from '../soql/chunks.ts'
import type { SfClient } from './client.ts'

/** All rows of a statement that is asked once for each chunk of ids; a few statements at a time. */
export async function rowsInChunks<Row>(
  client: SfClient,
  ids: Iterable<string>,
  statement: (ids: string[]) => string,
  options: { of: string; deleted?: boolean },
): Promise<Row[]> {
  const pages = await Promise.all(
    chunks(ids).map(async (some) => Array.fromAsync(client.pages<Row>(statement(some), options))),
  )
  return pages.flat(2)
}
