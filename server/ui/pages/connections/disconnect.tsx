import { Button, Modal, Radio, Stack, Text } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useState } from 'react'
import type { Answer } from '../../api/client.ts'
import { useAct } from '../../api/use-answer.ts'
import { Failure } from '../../parts/failure.tsx'
import { countText } from '../../parts/money.tsx'
import type { Connection } from './connection-card.tsx'

type Then = 'keep' | 'purge'

/** Ends a connection, and asks what shall become of what waits. */
export function Disconnect({ of, close }: { of: Connection; close: () => void }) {
  const [then, setThen] = useState<Then>('keep')
  const act = useAct('POST /api/v1/connections/{id}/disconnect', [
    'GET /api/v1/connections',
    'GET /api/v1/workspace',
    'GET /api/v1/rules',
  ])
  const open = of.waiting + of.held
  const tell = ({ revoked, cancelled }: Answer<'POST /api/v1/connections/{id}/disconnect'>) => {
    close()
    const token = revoked
      ? 'Its token is ended at TikTok.'
      : 'Its token was not ended: end it where it was made, if nothing else uses it.'
    const purged = then === 'purge' ? ` ${countText(cancelled)} cancelled.` : ''
    notifications.show({ message: `${of.id} is disconnected.${purged} ${token}`, autoClose: 10_000 })
  }
  return (
    <Modal opened onClose={close} title={`Disconnect ${of.id}`}>
      <Stack gap="md">
        <Text size="sm">
          Nothing more is sent to advertiser {of.advertiserId}. The token is ended at TikTok where this host’s
          own app made it.
        </Text>
        <Radio.Group label="What waits" value={then} onChange={(value) => setThen(value as Then)}>
          <Stack gap="xs" mt={6}>
            <Radio
              value="keep"
              label={`Keep it: ${countText(open)} wait until you reconnect`}
              description="Rules stay; new deals wait as well."
            />
            <Radio
              value="purge"
              label={`Purge it: ${countText(open)} are cancelled for good`}
              description="The connection leaves the settings and the rules. What was sent stays in the ledger."
            />
          </Stack>
        </Radio.Group>
        <Failure problem={act.error} />
        <Button
          color="red"
          loading={act.isPending}
          onClick={() => act.mutate({ path: { id: of.id }, body: { waiting: then } }, { onSuccess: tell })}
        >
          {then === 'keep' ? 'Disconnect, keep what waits' : 'Disconnect and purge'}
        </Button>
      </Stack>
    </Modal>
  )
}
