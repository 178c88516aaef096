import { Button, PasswordInput, Stack, Text } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useState } from 'react'
import { useAct } from '../../api/use-answer.ts'
import { usePerson } from '../../app/session.ts'
import { Failure } from '../../parts/failure.tsx'

export function You() {
  const me = usePerson()
  const [current, setCurrent] = useState('')
  const [password, setPassword] = useState('')
  const change = useAct('PUT /api/v1/session/password')
  return (
    <form
      className="card"
      style={{ maxWidth: 420 }}
      onSubmit={(event) => {
        event.preventDefault()
        change.mutate(
          { body: { current, password } },
          {
            onSuccess: () => {
              setCurrent('')
              setPassword('')
              notifications.show({ message: 'Your password is changed; your other sessions are signed out.' })
            },
          },
        )
      }}
    >
      <h2>{me.name || me.email}</h2>
      <Text size="sm" c="dimmed">
        {me.email}, {me.role}
      </Text>
      <Stack gap="sm" mt="md">
        <input type="hidden" autoComplete="username" value={me.email} />
        <PasswordInput
          label="Present password"
          autoComplete="current-password"
          value={current}
          onChange={(event) => setCurrent(event.currentTarget.value)}
          error={change.error?.at('current')}
        />
        <PasswordInput
          label="New password"
          description="12 characters or more"
          autoComplete="new-password"
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
          error={change.error?.at('password')}
        />
        {change.error && change.error.issues.length === 0 && <Failure problem={change.error} />}
        <Button type="submit" variant="default" loading={change.isPending}>
          Change it
        </Button>
      </Stack>
    </form>
  )
}
