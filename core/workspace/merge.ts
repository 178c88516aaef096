/** Two lists of the same noun made one. */
export interface Merged<T> {
  entries: T[]
  /** In `given`, not in `current`. */
  created: T[]
  /** In both, in the order of `entries`. */
  kept: { before: T; after: T }[]
  /** In `current`, not in `given`: still in `entries` unless pruned. */
  absent: T[]
}

/**
 * What is given replaces what is there by key; the rest stays where it is, or goes with `prune`. With `ordered` the given
 * order wins among the given, and new entries stand behind the one they follow; else they are added at the end.
 */
export function merge<T>(
  current: readonly T[],
  given: readonly T[],
  keyOf: (entry: T) => string,
  { prune, ordered }: { prune: boolean; ordered: boolean },
): Merged<T> {
  const before = new Map(current.map((entry) => [keyOf(entry), entry]))
  const after = new Map(given.map((entry) => [keyOf(entry), entry]))
  const absent = current.filter((entry) => !after.has(keyOf(entry)))
  const created = given.filter((entry) => !before.has(keyOf(entry)))

  const stay = prune ? current.filter((entry) => after.has(keyOf(entry))) : [...current]
  const known = given.filter((entry) => before.has(keyOf(entry)))
  let taken = 0
  const entries = stay.map((entry) => {
    const replacement = after.get(keyOf(entry))
    if (replacement === undefined) return entry
    return (ordered ? known[taken++] : replacement) ?? replacement
  })
  if (ordered) insertBehind(entries, given, before, keyOf)
  else entries.push(...created)

  const kept = entries.flatMap((entry) => {
    const was = before.get(keyOf(entry))
    return was !== undefined && after.has(keyOf(entry)) ? [{ before: was, after: entry }] : []
  })
  return { entries, created, kept, absent }
}

function insertBehind<T>(
  entries: T[],
  given: readonly T[],
  before: ReadonlyMap<string, T>,
  keyOf: (entry: T) => string,
): void {
  given.forEach((entry, index) => {
    if (before.has(keyOf(entry))) return
    const previous = given[index - 1]
    // New ones at the top of the file stand before the first known one that follows them.
    const next = given.slice(index + 1).find((later) => before.has(keyOf(later)))
    if (previous !== undefined) entries.splice(entries.indexOf(previous) + 1, 0, entry)
    else if (next !== undefined) entries.splice(entries.indexOf(next), 0, entry)
    else entries.push(entry)
  })
}
