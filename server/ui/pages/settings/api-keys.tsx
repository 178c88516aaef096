import { Button, Group, Select, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import { useAct, useAnswer } from '../../api/use-answer.ts'
import { Copyable } from '../../parts/copyable.tsx'
import { Failure } from '../../parts/failure.tsx'
import { Asked } from '../../parts/loading.tsx'
import { Moment } from '../../parts/moment.tsx'
import { roleChoices } from './role-words.ts'

const ROLES = ['viewer', 'editor', 'admin', 'owner', 'sender'] as const
type Role = (typeof ROLES)[number]
const CHANGES = ['GET /api/v1/api-keys', 'GET /api/v1/activity'] as const

export function ApiKeys() {
  const asked = useAnswer('GET /api/v1/api-keys')
  const { data: workspace } = useAnswer('GET /api/v1/workspace')
  const [role, setRole] = useState<Role>('viewer')
  const [source, setSource] = useState<string | null>(null)
  const make = useAct('POST /api/v1/api-keys', CHANGES)
  const revoke = useAct('DELETE /api/v1/api-keys/{id}', CHANGES)
  return (
    <Stack gap="md">
      <form
        className="card"
        onSubmit={(event) => {
          event.preventDefault()
          make.mutate({ body: { role, source: role === 'sender' ? source : null } })
        }}
      >
        <h2>Make a key</h2>
        <Group align="flex-end" mt="sm" gap="sm">
          <Select
            label="Role"
            data={roleChoices(ROLES)}
            value={role}
            onChange={(value) => value && setRole(value as Role)}
            allowDeselect={false}
            style={{ flex: '0 1 380px' }}
          />
          {role === 'sender' && (
            <Select
              label="Source"
              data={workspace?.sources.map(({ id }) => id) ?? []}
              value={source}
              onChange={setSource}
            />
          )}
          <Button type="submit" loading={make.isPending}>
            Make it
          </Button>
        </Group>
        <Failure problem={make.error ?? revoke.error} />
        {make.data && (
          <Stack gap={6} mt="md">
            <Text size="sm">Keep it now: it is not shown again.</Text>
            <Copyable text={make.data.key} label="the key" />
          </Stack>
        )}
      </form>
      <Asked of={asked}>
        {({ keys }) => (
          <div className="card" style={{ padding: 0 }}>
            <table className="list" aria-label="API keys">
              <thead>
                <tr>
                  <th>Key</th>
                  <th>Role</th>
                  <th>Made</th>
                  <td />
                </tr>
              </thead>
              <tbody>
                {keys.map((key) => (
                  <tr key={key.id}>
                    <td data-label="Key" className="mono">
                      {key.id}
                    </td>
                    <td data-label="Role">
                      <span>
                        {key.role}
                        {key.source && <span className="quiet"> of {key.source}</span>}
                      </span>
                    </td>
                    <td data-label="Made">
                      <Moment at={key.createdAt} zone="UTC" />
                    </td>
                    <td style={{ textAlign: 'right' }}>
                      <Button
                        size="compact-xs"
                        variant="default"
                        onClick={() => revoke.mutate({ path: { id: key.id } })}
                      >
                        Revoke
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
