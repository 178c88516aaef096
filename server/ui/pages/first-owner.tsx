import { Button, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useNavigate } from 'react-router'
import { useAct } from '../api/use-answer.ts'
import { useSignedIn } from '../app/session.ts'
import { Failure } from '../parts/failure.tsx'
import { GateCard } from '../parts/gate-card.tsx'
import { NewPassword } from '../parts/new-password.tsx'

/** The first of the first steps: an owner, by the key that the first start printed. */
export default function FirstOwner() {
  const [token, setToken] = useState(() => location.hash.slice(1))
  const [name, setName] = useState('')
  const [email, setEmail] = useState('')
  const [password, setPassword] = useState('')
  const signedIn = useSignedIn()
  const navigate = useNavigate()
  const make = useAct('POST /api/v1/owner')
  const brought = location.hash.length > 1
  return (
    <GateCard
      title="Welcome. Who owns this Closeback?"
      intro="The owner may do everything and invites the others. Two more steps follow: TikTok, and your CRM."
      onSubmit={() =>
        make.mutate(
          { body: { token, name, email, password } },
          {
            onSuccess: (session) => {
              void navigate('/start', { replace: true })
              signedIn(session)
            },
          },
        )
      }
    >
      {!brought && (
        <TextInput
          label="Set-up key"
          description="The first start printed it in the terminal; it begins with cb_"
          value={token}
          onChange={(event) => setToken(event.currentTarget.value)}
          autoComplete="off"
        />
      )}
      <TextInput
        label="Your name"
        autoComplete="name"
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <TextInput
        label="E-mail"
        type="email"
        autoComplete="username"
        value={email}
        onChange={(event) => setEmail(event.currentTarget.value)}
        error={make.error?.at('email')}
      />
      <NewPassword value={password} onChange={setPassword} error={make.error?.at('password')} />
      {make.error && make.error.issues.length === 0 && <Failure problem={make.error} />}
      <Button type="submit" loading={make.isPending} fullWidth>
        Make me the owner
      </Button>
    </GateCard>
  )
}
