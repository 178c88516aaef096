import { PasswordInput } from '@mantine/core'
import type { ReactNode } from 'react'

interface NewPasswordProps {
  value: string
  onChange: (password: string) => void
  error: ReactNode
}

/** Where somebody who is not signed in yet chooses a password. */
export function NewPassword({ value, onChange, error }: NewPasswordProps) {
  return (
    <PasswordInput
      label="Password"
      description="12 characters or more; several words are easy to keep in mind"
      autoComplete="new-password"
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      error={error}
    />
  )
}
