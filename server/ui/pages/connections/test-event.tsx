import { Alert, Button, Modal, Select, Stack, Text, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useAct } from '../../api/use-answer.ts'
import { Failure } from '../../parts/failure.tsx'
import type { Connection } from './connection-card.tsx'

type Route = 'web' | 'crm' | 'offline'

/** Sends one made-up event to the Test Events tab and shows TikTok's answer. */
export function TestEvent({ of, close }: { of: Connection; close: () => void }) {
  const routes = (['web', 'crm', 'offline'] as const).filter((route) => of.eventSets[route] !== null)
  const [code, setCode] = useState(of.testEventCode ?? '')
  const [route, setRoute] = useState<Route>(routes[0] ?? 'web')
  const send = useAct('POST /api/v1/connections/{id}/test')
  return (
    <Modal opened onClose={close} title={`Send a test event to ${of.id}`}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          send.mutate({ path: { id: of.id }, body: { code, route } })
        }}
      >
        <Stack gap="sm">
          <Text size="sm" c="dimmed">
            It is seen in the Test Events tab alone and counts nowhere. Nobody real is in it.
          </Text>
          <TextInput
            label="Test event code"
            description="Events Manager shows it: your pixel or set, then Test Events"
            value={code}
            onChange={(event) => setCode(event.currentTarget.value)}
            error={send.error?.at('code')}
            data-autofocus
          />
          <Select
            label="Event set"
            data={routes.map((each) => ({ value: each, label: `${each}: ${of.eventSets[each]}` }))}
            value={route}
            onChange={(value) => value && setRoute(value as Route)}
            allowDeselect={false}
          />
          {send.data && (
            <Alert
              color={send.data.accepted ? 'green' : 'red'}
              variant="outline"
              role="status"
              title={send.data.accepted ? 'TikTok accepted it' : `TikTok refused it (${send.data.code})`}
            >
              {send.data.accepted
                ? `Look for ${send.data.event} in the Test Events tab.`
                : `${send.data.message} ${send.data.remedy}`}
            </Alert>
          )}
          {send.error && !send.error.at('code') && <Failure problem={send.error} />}
          <Button type="submit" loading={send.isPending}>
            Send it
          </Button>
        </Stack>
      </form>
    </Modal>
  )
}
