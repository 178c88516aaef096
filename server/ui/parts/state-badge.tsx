import {
  IconBan,
  IconCircleCheck,
  IconClock,
  IconClockOff,
  IconHelpCircle,
  IconHourglass,
  type IconProps,
  IconSend,
  IconX,
} from '@tabler/icons-react'
import type { ComponentType } from 'react'

type Tone = 'ok' | 'wait' | 'held' | 'bad' | 'doubt' | 'slate'

interface Look {
  tone: Tone
  icon: ComponentType<IconProps>
  text: string
}

/** One colour and one icon a state, wherever it stands. */
const LOOKS = {
  accepted: { tone: 'ok', icon: IconCircleCheck, text: 'Accepted' },
  waiting: { tone: 'wait', icon: IconClock, text: 'Waiting' },
  in_flight: { tone: 'wait', icon: IconSend, text: 'In flight' },
  held: { tone: 'held', icon: IconHourglass, text: 'Held' },
  rejected: { tone: 'bad', icon: IconX, text: 'Rejected' },
  uncertain: { tone: 'doubt', icon: IconHelpCircle, text: 'Uncertain' },
  too_old: { tone: 'slate', icon: IconClockOff, text: 'Too old' },
  cancelled: { tone: 'slate', icon: IconBan, text: 'Cancelled' },
} as const satisfies Record<string, Look>

export type DeliveryState = keyof typeof LOOKS

export function StateBadge({ state }: { state: DeliveryState }) {
  return <Mark {...LOOKS[state]} />
}

/** The same look for what is not a delivery: a connection, a check. */
export function Mark({ tone, icon: Icon, text }: Look) {
  return (
    <span className="state" data-tone={tone}>
      <Icon size={14} stroke={2} aria-hidden />
      {text}
    </span>
  )
}

export function stateText(state: DeliveryState): string {
  return LOOKS[state].text
}
