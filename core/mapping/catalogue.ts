import { closest } from '../model/closest.ts'
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
  const byLetters = new Map(
    [...STANDARD_EVENTS, ...RENAMED_EVENTS.keys()].map((name) => [letters(name), name]),
  )
  const near = closest(letters(event), byLetters.keys(), 1)
  return near === null ? null : (byLetters.get(near) ?? null)
}

function letters(event: string): string {
  return event.toLowerCase().replace(/[^a-z]/g, '')
}
