import { Radio, Stack } from '@mantine/core'
import type { ReactNode } from 'react'

export type Audience = 'tiktok' | 'any'

interface AudienceChoiceProps {
  label: string
  /** Null until somebody chose: it is asked, never assumed. */
  value: Audience | null
  onChange: (audience: Audience) => void
  error?: ReactNode
}

/** For whom a rule sends. */
export function AudienceChoice({ label, value, onChange, error }: AudienceChoiceProps) {
  return (
    <Radio.Group
      label={label}
      value={value}
      onChange={(chosen) => onChange(chosen as Audience)}
      error={error}
    >
      <Stack gap={8} mt={6}>
        <Radio
          value="tiktok"
          label="Only who came from TikTok"
          description="a click id, cookie, lead id of TikTok, or utm_source tiktok"
        />
        <Radio value="any" label="Everybody" description="TikTok matches by e-mail and phone, hashed" />
      </Stack>
    </Radio.Group>
  )
}
