import { Button, Stack, Text } from '@mantine/core'
import { IconCircle, IconCircleCheck } from '@tabler/icons-react'
import { type ReactNode, useState } from 'react'
import { Link } from 'react-router'
import { useAct, useAnswer } from '../../api/use-answer.ts'
import { Failure } from '../../parts/failure.tsx'
import { PageHead } from '../../parts/page-head.tsx'
import { Mark } from '../../parts/state-badge.tsx'
import { Connect } from '../connections/connect.tsx'
import { NewSource } from '../sources/new-source.tsx'
import { FirstRule } from './first-rule.tsx'

/** From nothing to the first accepted event: each step proves itself before the next one opens. */
export default function FirstStepsPage() {
  const connections = useAnswer('GET /api/v1/connections', {}, { every: 3_000 })
  const sources = useAnswer('GET /api/v1/sources', {}, { every: 3_000 })
  const rules = useAnswer('GET /api/v1/rules')
  const accepted = useAnswer(
    'GET /api/v1/deliveries',
    { query: { state: 'accepted', limit: 1 } },
    { every: 2_000 },
  )
  // A new source shows its secret once: that must not go before it was kept, though the source is there already.
  const [adding, setAdding] = useState(false)
  const connection = connections.data?.connections[0]
  const source = sources.data?.sources[0]
  const rule = rules.data?.rules[0]
  const first = accepted.data?.deliveries[0]
  const ready = [
    true,
    connection !== undefined,
    source !== undefined && rule !== undefined,
    first !== undefined,
  ]
  const open = ready.indexOf(false)
  return (
    <>
      <PageHead title="First steps">Three steps, then the first accepted event.</PageHead>
      <Stack gap="md">
        <Step title="An owner" done>
          That is you.
        </Step>
        <Step
          title="TikTok"
          done={connection !== undefined}
          open={open === 1}
          body={<Connect done={() => void connections.refetch()} />}
        >
          {connection
            ? `Connected to advertiser ${connection.advertiserId} as ${connection.id}.`
            : 'Connect the advertiser whose ads bring the deals.'}
        </Step>
        <Step
          title="Your CRM, and what to send"
          done={source !== undefined && rule !== undefined}
          open={open === 2}
          body={
            source === undefined || adding ? (
              <NewSource begun={() => setAdding(true)} done={() => setAdding(false)} />
            ) : (
              <FirstRule connection={connection?.id ?? ''} />
            )
          }
        >
          {source
            ? rule
              ? `${source.id} tells of deals; ${rule.id} sends ${rule.send.event}.`
              : `${source.id} is added. One choice is left: whom to send.`
            : 'Add the system that knows when a deal is won.'}
        </Step>
        <Step
          title="The first accepted event"
          done={first !== undefined}
          open={open === 3}
          body={<FirstEvent source={source?.id ?? ''} adapter={source?.adapter ?? ''} />}
        >
          {first ? (
            <>
              TikTok accepted {first.event} of{' '}
              <Link to={`/deals/${first.sourceId}/${first.record.type}:${first.record.id}`}>
                {first.record.id}
              </Link>
              . It works.
            </>
          ) : (
            'Win a deal, or send a sample.'
          )}
        </Step>
        {first && (
          <Button component={Link} to="/" style={{ alignSelf: 'flex-start' }}>
            Go to the overview
          </Button>
        )}
      </Stack>
    </>
  )
}

function Step({
  title,
  done,
  open = false,
  body,
  children,
}: {
  title: string
  done: boolean
  open?: boolean
  body?: ReactNode
  children: ReactNode
}) {
  return (
    <section aria-label={title}>
      <div className="card" style={{ opacity: done || open ? 1 : 0.75 }}>
        <div style={{ display: 'flex', justifyContent: 'space-between', alignItems: 'flex-start', gap: 12 }}>
          <h2>{title}</h2>
          <Mark
            tone={done ? 'ok' : 'wait'}
            icon={done ? IconCircleCheck : IconCircle}
            text={done ? 'Done' : open ? 'Now' : 'Later'}
          />
        </div>
        <Text size="sm" mt={4} component="div" role="status">
          {children}
        </Text>
      </div>
      {open && body && <div style={{ margin: '12px 0 0 20px' }}>{body}</div>}
    </section>
  )
}

function FirstEvent({ source, adapter }: { source: string; adapter: string }) {
  const sample = useAct('POST /api/v1/sources/{id}/sample', ['GET /api/v1/deliveries'])
  return (
    <Stack gap="sm" align="flex-start">
      {adapter === 'webhook' && (
        <Button loading={sample.isPending} onClick={() => sample.mutate({ path: { id: source } })}>
          Send a sample deal
        </Button>
      )}
      <Failure problem={sample.error} />
      <Text size="sm" c="dimmed">
        {sample.data ? `${sample.data.record} is on its way; ` : ''}
        The first accepted event shows here by itself. Requests as they come are on the page of{' '}
        <Link to={`/sources/${source}`}>{source}</Link>.
      </Text>
    </Stack>
  )
}
