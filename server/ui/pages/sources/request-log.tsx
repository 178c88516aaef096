import { Text } from '@mantine/core'
import { IconCircleCheck, IconX } from '@tabler/icons-react'
import type { Answer } from '../../api/client.ts'
import { useAnswer } from '../../api/use-answer.ts'
import { Asked } from '../../parts/loading.tsx'
import { Moment } from '../../parts/moment.tsx'
import { Mark } from '../../parts/state-badge.tsx'

type Logged = Answer<'GET /api/v1/sources/{id}/requests'>['requests'][number]

/** The last requests to a hook, as they come. */
export function RequestLog({ id, zone }: { id: string; zone: string }) {
  const asked = useAnswer('GET /api/v1/sources/{id}/requests', { path: { id } }, { every: 2_000 })
  return (
    <section className="card" aria-label="Requests">
      <h2>Requests as they come</h2>
      <Asked of={asked}>
        {({ requests }) =>
          requests.length === 0 ? (
            <Text size="sm" c="dimmed" mt="sm">
              None since this host started. Post one: it is seen here within two seconds, refused ones with
              what was wrong.
            </Text>
          ) : (
            <table className="list" style={{ marginTop: 8 }}>
              <thead>
                <tr>
                  <th>When</th>
                  <th>Answer</th>
                  <th>What came of it</th>
                  <th className="num">Took</th>
                </tr>
              </thead>
              <tbody>
                {requests.map((request) => (
                  <tr key={`${request.at} ${request.tookMs}`}>
                    <td data-label="When">
                      <Moment at={request.at} zone={zone} />
                    </td>
                    <td data-label="Answer">
                      <Mark
                        tone={request.status < 300 ? 'ok' : 'bad'}
                        icon={request.status < 300 ? IconCircleCheck : IconX}
                        text={String(request.status)}
                      />
                    </td>
                    <td data-label="Result">
                      {request.problem ?? resultText(request)}
                      {request.errors.map(({ path, message }) => (
                        <div key={`${path} ${message}`} className="quiet">
                          <span className="mono">{path}</span> {message}
                        </div>
                      ))}
                    </td>
                    <td data-label="Took" className="num">
                      {Math.round(request.tookMs)} ms
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          )
        }
      </Asked>
    </section>
  )
}

function resultText({ received, duplicates, invalid }: Logged): string {
  const counts = [
    [received, 'new'],
    [duplicates, 'known already'],
    [invalid, 'invalid'],
  ] as const
  const said = counts.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`)
  return said.join(', ') || 'nothing in it'
}
