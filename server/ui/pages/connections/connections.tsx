import { Button, Group, Stack } from '@mantine/core'
import { Link } from 'react-router'
import { useAnswer } from '../../api/use-answer.ts'
import { useMay } from '../../app/session.ts'
import { Empty } from '../../parts/empty.tsx'
import { Asked } from '../../parts/loading.tsx'
import { PageHead } from '../../parts/page-head.tsx'
import { ConnectionCard } from './connection-card.tsx'

/** May we send, and where to? */
export default function ConnectionsPage() {
  const asked = useAnswer('GET /api/v1/connections', {}, { every: 10_000 })
  const may = useMay()
  const connect = may('POST /api/v1/connections') && (
    <Button component={Link} to="/connections/new">
      Connect TikTok
    </Button>
  )
  return (
    <>
      <PageHead title="Connections" action={asked.data?.connections.length ? connect : undefined}>
        One card for each TikTok advertiser that events are sent to.
      </PageHead>
      <Asked of={asked}>
        {({ connections, revision }) =>
          connections.length === 0 ? (
            <Empty title="No advertiser is connected" action={connect}>
              Sign in at TikTok or paste a token, choose the advertiser and the pixel or event sets that shall
              receive its closed deals.
            </Empty>
          ) : (
            <Stack gap="md">
              {connections.map((connection) => (
                <ConnectionCard key={connection.id} of={connection} revision={revision} />
              ))}
              <Group />
            </Stack>
          )
        }
      </Asked>
    </>
  )
}
