import { IconAlertTriangle, IconCircleCheck, IconMinus, IconX } from '@tabler/icons-react'
import { Mark } from './state-badge.tsx'

export interface Finding {
  name: string
  status: 'ok' | 'warning' | 'failed' | 'not_checked'
  detail: string
  remedy: string | null
}

/** How each status looks. */
export const FINDING_LOOKS = {
  ok: { tone: 'ok', icon: IconCircleCheck, text: 'Fine' },
  warning: { tone: 'held', icon: IconAlertTriangle, text: 'Look at it' },
  failed: { tone: 'bad', icon: IconX, text: 'Wrong' },
  not_checked: { tone: 'slate', icon: IconMinus, text: 'Not checked' },
} as const

/** What a check found, each with what to do. */
export function Findings({ of }: { of: readonly Finding[] }) {
  return (
    <table className="list" aria-label="What was checked">
      <tbody>
        {of.map(({ name, status, detail, remedy }) => (
          <tr key={`${name} ${detail}`}>
            <td data-label={name}>
              <Mark {...FINDING_LOOKS[status]} />
            </td>
            <td>
              <b>{name}</b> {detail} {remedy && <span className="quiet">{remedy}</span>}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
