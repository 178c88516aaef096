import { CHUNK_IDS } from '../constants.ts'

/** Different values in groups that one statement takes, in their order. */
export function chunks(values: Iterable<string>, size: number = CHUNK_IDS): string[][] {
  const different = [...new Set(values)]
  const groups: string[][] = []
  for (let at = 0; at < different.length; at += size) groups.push(different.slice(at, at + size))
  return groups
}
