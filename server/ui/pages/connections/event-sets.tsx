import { Button, Modal, Stack, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useAct } from '../../api/use-answer.ts'
import { Failure } from '../../parts/failure.tsx'
import type { Connection } from './connection-card.tsx'
import { type Chosen, SetPicker, setsBody } from './set-picker.tsx'

/** Other event sets for a connection, from TikTok's own lists; and whether all goes to Test Events. */
export function EventSets({ of, revision, close }: { of: Connection; revision: number; close: () => void }) {
  const { web, crm, offline, defaultPageUrl } = of.eventSets
  const [sets, setSets] = useState<Chosen>({
    web: web ?? '',
    crm: crm ?? '',
    offline: offline ?? '',
    defaultPageUrl: defaultPageUrl ?? '',
  })
  const [code, setCode] = useState(of.testEventCode ?? '')
  const save = useAct('PUT /api/v1/connections/{id}', ['GET /api/v1/connections', 'GET /api/v1/workspace'])
  return (
    <Modal opened onClose={close} title={`Event sets of ${of.id}`}>
      <Stack gap="sm">
        <SetPicker advertiserId={of.advertiserId} value={sets} onChange={setSets} />
        <TextInput
          label="Test event code"
          description="While it is set, everything goes to the Test Events tab and counts nowhere"
          value={code}
          onChange={(event) => setCode(event.currentTarget.value)}
        />
        <Failure problem={save.error} />
        <Button
          loading={save.isPending}
          onClick={() =>
            save.mutate(
              {
                path: { id: of.id },
                body: { base: revision, eventSets: setsBody(sets), testEventCode: code.trim() || null },
              },
              { onSuccess: close },
            )
          }
        >
          Save
        </Button>
      </Stack>
    </Modal>
  )
}
