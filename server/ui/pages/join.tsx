import { Anchor, Button, Center, Loader, Text, TextInput } from '@mantine/core'
import { useEffect, useState } from 'react'
import { Link, useNavigate } from 'react-router'
import { useAct } from '../api/use-answer.ts'
import { useSignedIn } from '../app/session.ts'
import { Failure } from '../parts/failure.tsx'
import { GateCard } from '../parts/gate-card.tsx'
import { NewPassword } from '../parts/new-password.tsx'

/** Where the link of an invitation, or to a new password, leads. */
export default function Join() {
  const [token] = useState(() => location.hash.slice(1))
  const [name, setName] = useState('')
  const [password, setPassword] = useState('')
  const look = useAct('POST /api/v1/join/look')
  const join = useAct('POST /api/v1/join')
  const signedIn = useSignedIn()
  const navigate = useNavigate()
  const { mutate } = look
  useEffect(() => mutate({ body: { token } }), [mutate, token])
  if (look.error) {
    return (
      <GateCard title="This link does not work" onSubmit={() => {}}>
        <Failure problem={look.error} />
        <Anchor component={Link} to="/">
          Go to sign in
        </Anchor>
      </GateCard>
    )
  }
  if (!look.data) {
    return (
      <Center mih="100vh">
        <Loader aria-label="Loading" />
      </Center>
    )
  }
  const { kind, email, role } = look.data
  return (
    <GateCard
      title={kind === 'invite' ? 'Join Closeback' : 'Choose a new password'}
      intro={
        kind === 'invite' ? (
          <>
            As <b>{role}</b>, with the address <b>{email}</b>.
          </>
        ) : (
          <>
            For <b>{email}</b>. Whoever is signed in with the old one is signed out.
          </>
        )
      }
      onSubmit={() =>
        join.mutate(
          { body: { token, name, password } },
          {
            onSuccess: (session) => {
              void navigate('/', { replace: true })
              signedIn(session)
            },
          },
        )
      }
    >
      {kind === 'invite' && (
        <TextInput
          label="Your name"
          autoComplete="name"
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
      )}
      <input type="hidden" autoComplete="username" value={email} />
      <NewPassword value={password} onChange={setPassword} error={join.error?.at('password')} />
      {join.error && join.error.issues.length === 0 && <Failure problem={join.error} />}
      <Button type="submit" loading={join.isPending} fullWidth>
        {kind === 'invite' ? 'Join' : 'Keep it and sign in'}
      </Button>
      <Text size="xs" c="dimmed">
        The link works once.
      </Text>
    </GateCard>
  )
}
