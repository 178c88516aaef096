import { Button, PasswordInput, Text, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useAct } from '../api/use-answer.ts'
import { useSignedIn } from '../app/session.ts'
import { Failure } from '../parts/failure.tsx'
import { GateCard } from '../parts/gate-card.tsx'

/** Signs in at whatever address was asked for; the page behind it opens afterwards. */
export default function SignIn() {
  const [email, setEmail] = useState('')
  const [password, setPassword] = useState('')
  const signedIn = useSignedIn()
  const signIn = useAct('POST /api/v1/session')
  return (
    <GateCard
      title="Sign in"
      onSubmit={() => signIn.mutate({ body: { email, password } }, { onSuccess: signedIn })}
    >
      <TextInput
        label="E-mail"
        type="email"
        autoComplete="username"
        value={email}
        onChange={(event) => setEmail(event.currentTarget.value)}
        error={signIn.error?.at('email')}
        data-autofocus
      />
      <PasswordInput
        label="Password"
        autoComplete="current-password"
        value={password}
        onChange={(event) => setPassword(event.currentTarget.value)}
      />
      {signIn.error && !signIn.error.at('email') && <Failure problem={signIn.error} />}
      <Button type="submit" loading={signIn.isPending} fullWidth>
        Sign in
      </Button>
      <Text size="xs" c="dimmed">
        Forgot it? Whoever runs Closeback makes a link with{' '}
        <span className="mono">closeback user reset EMAIL</span>.
      </Text>
    </GateCard>
  )
}
