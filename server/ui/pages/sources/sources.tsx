import { Button, SimpleGrid, Text } from '@mantine/core'
import { IconAlertTriangle, IconCircleCheck, IconClock } from '@tabler/icons-react'
import { Link } from 'react-router'
import type { Answer } from '../../api/client.ts'
import { useAnswer } from '../../api/use-answer.ts'
import { useMay } from '../../app/session.ts'
import { Empty } from '../../parts/empty.tsx'
import { Asked } from '../../parts/loading.tsx'
import { Moment, useZone } from '../../parts/moment.tsx'
import { PageHead } from '../../parts/page-head.tsx'
import { Mark } from '../../parts/state-badge.tsx'

type Source = Answer<'GET /api/v1/sources'>['sources'][number]

/** Do we see the CRM? */
export default function SourcesPage() {
  const asked = useAnswer('GET /api/v1/sources', {}, { every: 10_000 })
  const zone = useZone()
  const may = useMay()
  const add = may('POST /api/v1/sources') && (
    <Button component={Link} to="/sources/new">
      Add a source
    </Button>
  )
  return (
    <>
      <PageHead title="Sources" action={asked.data?.sources.length ? add : undefined} zone={zone}>
        One card for each CRM or system that tells of deals.
        {may('POST /api/v1/capture/check') && (
          <>
            {' '}
            Does the click on an ad reach your forms? <Link to="/capture">Test your capture</Link>.
          </>
        )}
      </PageHead>
      <Asked of={asked}>
        {({ sources }) =>
          sources.length === 0 ? (
            <Empty title="No source yet" action={add}>
              Add your CRM, or any system that can post a webhook, and closed deals begin to arrive.
            </Empty>
          ) : (
            <SimpleGrid cols={{ base: 1, md: 2 }}>
              {sources.map((source) => (
                <Link
                  key={source.id}
                  to={`/sources/${source.id}`}
                  className="card"
                  style={{ color: 'inherit', textDecoration: 'none' }}
                >
                  <div
                    style={{
                      display: 'flex',
                      justifyContent: 'space-between',
                      alignItems: 'flex-start',
                      gap: 12,
                    }}
                  >
                    <div>
                      <h2>{source.id}</h2>
                      <Text size="sm" c="dimmed">
                        {source.title}
                      </Text>
                    </div>
                    <SourceState of={source} />
                  </div>
                  <Text size="sm" mt="md">
                    Last event <Moment at={source.lastEventAt} zone={zone} />
                    {source.canPoll && (
                      <>
                        {' '}
                        · last poll <Moment at={source.lastPollAt} zone={zone} />
                      </>
                    )}
                  </Text>
                </Link>
              ))}
            </SimpleGrid>
          )
        }
      </Asked>
    </>
  )
}

export function SourceState({ of }: { of: Source }) {
  if (of.pollProblem) return <Mark tone="bad" icon={IconAlertTriangle} text="Poll fails" />
  if (of.lastEventAt === null) return <Mark tone="wait" icon={IconClock} text="Nothing yet" />
  return <Mark tone="ok" icon={IconCircleCheck} text="Seen" />
}
