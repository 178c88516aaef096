import { RENAMED_EVENTS, STANDARD_EVENTS } from '../model/tiktok.ts'
import type { Connection } from '../model/workspace.ts'

/** The name TikTok counts an event under today: both names of a renamed pair are one event. */
export function countedAs(event: string): string {
  return RENAMED_EVENTS.get(event) ?? event
}

/** Whether TikTok knows the name by itself; every other name is a custom event, which offline sets refuse. */
export function isStandardEvent(event: string): boolean {
  return STANDARD_EVENTS.has(event) || RENAMED_EVENTS.has(event)
}

/** Whether no record's event of this name can ever go to these sets: offline sets refuse custom events. */
export function neverTakes({ web, crm }: Connection['eventSets'], event: string): boolean {
  return !web && !crm && !isStandardEvent(event)
}

/**
 * The standard event that a custom name was probably meant to be (TikTok's names are case-sensitive, and a mistyped
 * one silently becomes a custom event that nothing is optimised for); `null` when there is none.
 */
export function meantEvent(event: string): string | null {
  if (isStandardEvent(event)) return null
  const plain = letters(event)
  let nearest: string | null = null
  let least = 2
  for (const name of [...STANDARD_EVENTS, ...RENAMED_EVENTS.keys()]) {
    const distance = edits(plain, letters(name), least)
    if (distance >= least) continue
    least = distance
    nearest = name
  }
  return nearest
}

function letters(event: string): string {
  return event.toLowerCase().replace(/[^a-z]/g, '')
}

/** Levenshtein distance, or `limit` when it is not below that. */
function edits(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit) return limit
  let row = Array.from({ length: b.length + 1 }, (_, at) => at)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const swap = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(swap, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return Math.min(row[b.length] ?? limit, limit)
}
