import { Button, Group, Select, Stack, Text, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useAct, useAnswer } from '../../api/use-answer.ts'
import { usePerson } from '../../app/session.ts'
import { Copyable } from '../../parts/copyable.tsx'
import { Failure } from '../../parts/failure.tsx'
import { Asked } from '../../parts/loading.tsx'
import { Moment } from '../../parts/moment.tsx'
import { roleChoices } from './role-words.ts'

const ROLES = ['owner', 'admin', 'editor', 'viewer'] as const
type Role = (typeof ROLES)[number]
const CHANGES = ['GET /api/v1/people', 'GET /api/v1/activity'] as const

export function People() {
  const asked = useAnswer('GET /api/v1/people')
  const me = usePerson()
  const change = useAct('PUT /api/v1/people/{id}', [...CHANGES, 'GET /api/v1/session'])
  const remove = useAct('DELETE /api/v1/people/{id}', CHANGES)
  const withdraw = useAct('DELETE /api/v1/invitations/{id}', CHANGES)
  return (
    <Stack gap="md">
      <Invite />
      <Failure problem={change.error ?? remove.error ?? withdraw.error} />
      <Asked of={asked}>
        {({ people, invitations }) => (
          <div className="card" style={{ padding: 0 }}>
            <table className="list" aria-label="People">
              <thead>
                <tr>
                  <th>Person</th>
                  <th>Role</th>
                  <th>Since</th>
                  <td />
                </tr>
              </thead>
              <tbody>
                {people.map((person) => (
                  <tr key={person.id}>
                    <td data-label="Person">
                      <div>
                        {person.name || person.email}{' '}
                        {person.id === me.id && <span className="quiet">you</span>}
                        {person.name && <div className="quiet">{person.email}</div>}
                      </div>
                    </td>
                    <td data-label="Role">
                      <Select
                        size="xs"
                        w={110}
                        aria-label={`Role of ${person.email}`}
                        data={[...ROLES]}
                        value={person.role}
                        onChange={(role) =>
                          role && change.mutate({ path: { id: person.id }, body: { role: role as Role } })
                        }
                        allowDeselect={false}
                      />
                    </td>
                    <td data-label="Since">
                      <Moment at={person.createdAt} zone="UTC" />
                    </td>
                    <td style={{ textAlign: 'right' }}>
                      <Button
                        size="compact-xs"
                        variant="default"
                        onClick={() => remove.mutate({ path: { id: person.id } })}
                      >
                        Remove
                      </Button>
                    </td>
                  </tr>
                ))}
                {invitations.map((invitation) => (
                  <tr key={invitation.id}>
                    <td data-label="Person">
                      <span>
                        {invitation.email} <span className="quiet">invited</span>
                      </span>
                    </td>
                    <td data-label="Role">{invitation.role}</td>
                    <td data-label="Ends">
                      <span className="quiet">
                        until <Moment at={invitation.expiresAt} zone="UTC" />
                      </span>
                    </td>
                    <td style={{ textAlign: 'right' }}>
                      <Button
                        size="compact-xs"
                        variant="default"
                        onClick={() => withdraw.mutate({ path: { id: invitation.id } })}
                      >
                        Withdraw
                      </Button>
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      </Asked>
    </Stack>
  )
}

function Invite() {
  const [email, setEmail] = useState('')
  const [role, setRole] = useState<Role>('viewer')
  const invite = useAct('POST /api/v1/invitations', CHANGES)
  return (
    <form
      className="card"
      onSubmit={(event) => {
        event.preventDefault()
        invite.mutate({ body: { email, role } })
      }}
    >
      <h2>Invite somebody</h2>
      <Group align="flex-end" mt="sm" gap="sm">
        <TextInput
          label="E-mail"
          type="email"
          value={email}
          onChange={(event) => setEmail(event.currentTarget.value)}
          error={invite.error?.at('email')}
          style={{ flex: '1 1 220px' }}
        />
        <Select
          label="Role"
          data={roleChoices(ROLES)}
          value={role}
          onChange={(value) => value && setRole(value as Role)}
          allowDeselect={false}
          style={{ flex: '1 1 260px' }}
        />
        <Button type="submit" loading={invite.isPending}>
          Make a link
        </Button>
      </Group>
      {invite.error && !invite.error.at('email') && <Failure problem={invite.error} />}
      {invite.data && (
        <Stack gap={6} mt="md">
          <Text size="sm">Send this link to them. It works once, for a week, and is not shown again.</Text>
          <Copyable text={invite.data.url} label="the link" />
        </Stack>
      )}
    </form>
  )
}
