import { Tooltip } from '@mantine/core'
import { useAnswer } from '../api/use-answer.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** The zone of the ad account, else of the browser; a page names it once. */
export function useZone(connectionId?: string): string {
  const { data } = useAnswer('GET /api/v1/workspace')
  const connections = data?.connections ?? []
  const connection = connections.find(({ id }) => id === connectionId) ?? connections[0]
  return connection?.timezone ?? Intl.DateTimeFormat().resolvedOptions().timeZone
}

/** A moment as a reader wants it: how long ago when it is near, else the day; to the second on hover. */
export function Moment({ at, zone, exact = false }: { at: string | null; zone: string; exact?: boolean }) {
  if (at === null) return <span className="quiet">–</span>
  const full = inZone(at, zone, { dateStyle: 'medium', timeStyle: 'medium' })
  return (
    <Tooltip label={`${full} ${zone}`}>
      <time dateTime={at} className="num">
        {exact ? inZone(at, zone, { dateStyle: 'medium', timeStyle: 'short' }) : ago(Date.parse(at), zone)}
      </time>
    </Tooltip>
  )
}

function inZone(at: string | number, timeZone: string, style: Intl.DateTimeFormatOptions): string {
  return new Intl.DateTimeFormat('en-GB', { timeZone, ...style }).format(new Date(at))
}

function ago(at: number, zone: string): string {
  const past = Date.now() - at
  const near = Math.abs(past)
  if (near >= 6 * DAY) {
    const year = new Date(at).getFullYear() === new Date().getFullYear() ? {} : { year: 'numeric' as const }
    return inZone(at, zone, { day: 'numeric', month: 'short', ...year })
  }
  const text = durationText(near)
  return past >= 0 ? (near < 5000 ? 'just now' : `${text} ago`) : `in ${text}`
}

/** `40 s`, `12 min`, `3 h`, `5 d`. */
export function durationText(ms: number): string {
  if (ms < MINUTE) return `${Math.max(1, Math.round(ms / 1000))} s`
  if (ms < HOUR) return `${Math.round(ms / MINUTE)} min`
  if (ms < DAY) return `${Math.round(ms / HOUR)} h`
  return `${Math.round(ms / DAY)} d`
}
