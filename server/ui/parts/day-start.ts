/** When a day begins in a time zone, as ISO 8601 in UTC. */
export function dayStart(day: string, timezone: string): string {
  const midnight = Date.parse(`${day}T00:00:00Z`)
  // Twice: the first guess may stand on the other side of a change of the clocks.
  const guess = midnight - offsetOf(midnight, timezone)
  return new Date(midnight - offsetOf(guess, timezone)).toISOString()
}

/** How far the clocks of a zone are ahead of UTC at a moment, in ms. */
function offsetOf(at: number, timeZone: string): number {
  const style = { timeZone, dateStyle: 'short', timeStyle: 'medium', hourCycle: 'h23' } as const
  // This locale writes them so that they sort: 2026-11-28, 13:05:00.
  const [day, time] = new Intl.DateTimeFormat('sv-SE', style).format(at).split(' ')
  return Date.parse(`${day}T${time}Z`) - Math.floor(at / 1000) * 1000
}
