// `Batch.0.properties…` is what TikTok's batch endpoint says; `data.3.…` and `data[3]` are the same in other validators'
// style. The word must stand alone and the number be the whole path segment, so that neither "invalid data 40002" nor
// "data.3abc" is read as an index. Not after a quote: what follows may be the value of an event, which could say anything.
// Where no index is read the batch is halved, which finds the same item with more requests.
const PATH = /^(?:[^"'`]*[^\w."'`])?(?:batch|data)(?:\.(\d{1,4})|\[(\d{1,4})\])(?![\w\]])(?:\.?([a-z_]\w*))?/i

/** The first item of `data[]` that an error message names: its 0-based index, and the field of the item if it says one. */
export function failedPath(message: string): { index: number; field: string | null } | null {
  const found = PATH.exec(message)
  if (found === null) return null
  return { index: Number(found[1] ?? found[2]), field: found[3] ?? null }
}
