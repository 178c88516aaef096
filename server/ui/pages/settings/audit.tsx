import { Button, Stack } from '@mantine/core'
import { useState } from 'react'
import { useAnswer } from '../../api/use-answer.ts'
import { Asked } from '../../parts/loading.tsx'
import { Moment, useZone } from '../../parts/moment.tsx'

/** Who did what, newest first. */
export function Audit() {
  const [before, setBefore] = useState<number | undefined>()
  const asked = useAnswer('GET /api/v1/activity', { query: { before } }, { keep: true })
  const zone = useZone()
  return (
    <Asked of={asked}>
      {(page) => (
        <Stack gap="md">
          <div className="card" style={{ padding: 0 }}>
            <table className="list" aria-label="Audit log">
              <thead>
                <tr>
                  <th>When</th>
                  <th>Who</th>
                  <th>Did</th>
                  <th>To what</th>
                  <th>Detail</th>
                </tr>
              </thead>
              <tbody>
                {page.entries.map((entry) => (
                  <tr key={entry.id}>
                    <td data-label="When">
                      <Moment at={entry.at} zone={zone} exact />
                    </td>
                    <td data-label="Who">{entry.person ?? entry.actor}</td>
                    <td data-label="Did">{entry.verb}</td>
                    <td data-label="To what">{entry.subject}</td>
                    <td data-label="Detail">{entry.detail || '–'}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
          {page.before !== null && (
            <Button
              variant="default"
              onClick={() => setBefore(page.before ?? undefined)}
              style={{ alignSelf: 'flex-start' }}
            >
              Older
            </Button>
          )}
        </Stack>
      )}
    </Asked>
  )
}
