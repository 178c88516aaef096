import { Text } from '@mantine/core'
import { useState } from 'react'
import { useAnswer } from '../../api/use-answer.ts'
import { Asked } from '../../parts/loading.tsx'

/** The very event as it was sent, hashes and all; a viewer sees that they are there, not what they are. */
export function Payload({ id }: { id: number }) {
  const [open, setOpen] = useState(false)
  const asked = useAnswer('GET /api/v1/deliveries/{id}/payload', { path: { id } }, { enabled: open })
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)} style={{ marginTop: 10 }}>
      <summary>The event as sent</summary>
      {open && (
        <Asked of={asked} lines={1}>
          {({ payload, masked }) =>
            payload === null ? (
              <Text size="sm" c="dimmed">
                Its bytes are not there: it was never complete, or they were erased or are past their
                retention.
              </Text>
            ) : (
              <>
                <pre className="copyable mono">{JSON.stringify(payload, null, 2)}</pre>
                {masked && (
                  <Text size="xs" c="dimmed">
                    Your role sees which identifiers were sent, not their hashes.
                  </Text>
                )}
              </>
            )
          }
        </Asked>
      )}
    </details>
  )
}
