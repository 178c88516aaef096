import { Button, Group, Stack, Text } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useState } from 'react'
import { Link, useNavigate, useParams } from 'react-router'
import { useAct, useAnswer } from '../../api/use-answer.ts'
import { useMay } from '../../app/session.ts'
import { Copyable } from '../../parts/copyable.tsx'
import { Empty } from '../../parts/empty.tsx'
import { Failure } from '../../parts/failure.tsx'
import { Findings } from '../../parts/findings.tsx'
import { Asked } from '../../parts/loading.tsx'
import { Moment, useZone } from '../../parts/moment.tsx'
import { PageHead } from '../../parts/page-head.tsx'
import { Backfill } from './backfill.tsx'
import { Install } from './install.tsx'
import { RequestLog } from './request-log.tsx'
import { SecretOnce } from './secret-once.tsx'
import { signedRequest } from './signed-request.ts'
import { SourceState } from './sources.tsx'

/** One source: is it heard, what did it say, and everything to set it up. */
export default function SourcePage() {
  const { source: id = '' } = useParams()
  const asked = useAnswer('GET /api/v1/sources', {}, { every: 10_000 })
  const source = asked.data?.sources.find((each) => each.id === id)
  const zone = useZone()
  const may = useMay()
  const navigate = useNavigate()
  const [secret, setSecret] = useState<string | null>(null)
  const changed = ['GET /api/v1/sources', 'GET /api/v1/workspace'] as const
  const check = useAct('POST /api/v1/sources/{id}/check')
  const poll = useAct('POST /api/v1/sources/{id}/poll', changed)
  const rotate = useAct('POST /api/v1/sources/{id}/secrets/{name}/rotate', changed)
  const retire = useAct('POST /api/v1/sources/{id}/secrets/{name}/retire', changed)
  const sample = useAct('POST /api/v1/sources/{id}/sample', ['GET /api/v1/sources/{id}/requests'])
  if (asked.data && !source) {
    return (
      <Empty
        page
        title={`There is no source “${id}”`}
        action={
          <Button component={Link} to="/sources">
            To the sources
          </Button>
        }
      />
    )
  }
  return (
    <Asked of={asked}>
      {() => {
        if (!source) return null
        const path = { id }
        const signing = source.secrets.find(({ name }) => name === 'signing')
        return (
          <>
            <PageHead title={id} zone={zone} action={<SourceState of={source} />}>
              {source.title}. Last event <Moment at={source.lastEventAt} zone={zone} />
              {source.canPoll && (
                <>
                  , last poll <Moment at={source.lastPollAt} zone={zone} />
                </>
              )}
              .
            </PageHead>
            <Stack gap="md">
              <Group gap="xs">
                {may('POST /api/v1/sources/{id}/check') && (
                  <Button
                    size="xs"
                    variant="default"
                    loading={check.isPending}
                    onClick={() => check.mutate({ path })}
                  >
                    Check
                  </Button>
                )}
                {source.canPoll && may('POST /api/v1/sources/{id}/poll') && (
                  <Button
                    size="xs"
                    variant="default"
                    loading={poll.isPending}
                    onClick={() => poll.mutate({ path })}
                  >
                    Poll now
                  </Button>
                )}
                {source.adapter === 'webhook' && may('POST /api/v1/sources/{id}/sample') && (
                  <Button
                    size="xs"
                    variant="default"
                    loading={sample.isPending}
                    onClick={() =>
                      sample.mutate(
                        { path },
                        { onSuccess: ({ record }) => void navigate(`/deals/${id}/deal:${record}`) },
                      )
                    }
                  >
                    Send a sample deal
                  </Button>
                )}
              </Group>
              <Failure problem={check.error ?? poll.error ?? sample.error ?? rotate.error ?? retire.error} />
              {check.data && (
                <div className="card">
                  <Findings of={check.data.findings} />
                </div>
              )}
              {poll.data && (
                <Text size="sm" role="status">
                  Poll {poll.data.state}: {poll.data.received} new, {poll.data.duplicates} known.{' '}
                  {poll.data.error?.message}
                </Text>
              )}
              {source.pollProblem && (
                <Text size="sm" c="red">
                  The last poll failed: {source.pollProblem}
                </Text>
              )}
              {source.canInstall && may('POST /api/v1/sources/{id}/install') && <Install id={id} />}
              {may('POST /api/v1/sources/{id}/backfill') && <Backfill id={id} />}
              {secret !== null && <SecretOnce source={id} secret={secret} done={() => setSecret(null)} />}
              {source.hookUrl && (
                <section className="card">
                  <h2>Where it posts to</h2>
                  <div style={{ marginTop: 10 }}>
                    <Copyable text={source.hookUrl} label="the address" />
                  </div>
                  {source.adapter === 'webhook' && signing && (
                    <details style={{ marginTop: 14 }}>
                      <summary>A signed request to try it, for a terminal</summary>
                      <div style={{ marginTop: 10 }}>
                        <Copyable text={signedRequest(source.hookUrl)} label="the signed request" />
                      </div>
                    </details>
                  )}
                  {signing && may('POST /api/v1/sources/{id}/secrets/{name}/rotate') && (
                    <Group mt="md" gap="sm">
                      <Button
                        size="xs"
                        variant="default"
                        loading={rotate.isPending}
                        onClick={() =>
                          rotate.mutate(
                            { path: { id, name: 'signing' } },
                            { onSuccess: (made) => setSecret(made.secret) },
                          )
                        }
                      >
                        Rotate the secret
                      </Button>
                      {signing.count > 1 && (
                        <>
                          <Text size="sm">Two secrets are taken.</Text>
                          <Button
                            size="xs"
                            variant="default"
                            loading={retire.isPending}
                            onClick={() =>
                              retire.mutate(
                                { path: { id, name: 'signing' } },
                                {
                                  onSuccess: () =>
                                    notifications.show({ message: 'Only the new secret is taken now.' }),
                                },
                              )
                            }
                          >
                            Retire the old one
                          </Button>
                        </>
                      )}
                    </Group>
                  )}
                </section>
              )}
              {may('GET /api/v1/sources/{id}/requests') && source.hookUrl && (
                <RequestLog id={id} zone={zone} />
              )}
            </Stack>
          </>
        )
      }}
    </Asked>
  )
}
