import { Button, Group, Text, TextInput } from '@mantine/core'
import { useState } from 'react'
import { Link } from 'react-router'
import { useAct } from '../../api/use-answer.ts'
import { Failure } from '../../parts/failure.tsx'
import { countText, Money } from '../../parts/money.tsx'
import { RunProgress } from './run-progress.tsx'
import { type Run, useRun } from './use-run.ts'

/** What TikTok still takes is at most this old. */
const DAYS = 28
const usualSince = () => new Date(Date.now() - DAYS * 86_400_000).toISOString().slice(0, 10)

/** What happened before the start: counted first, then sent if a person says so. */
export function Backfill({ id }: { id: string }) {
  const begin = useAct('POST /api/v1/sources/{id}/backfill', ['GET /api/v1/runs'])
  const { run, error, isRunning, follow } = useRun('backfill', id)
  const [since, setSince] = useState(() => run?.since?.slice(0, 10) ?? usualSince())
  const isBusy = begin.isPending || isRunning
  const start = (from: string, write: boolean) =>
    begin.mutate(
      { path: { id }, body: { since: from, write } },
      { onSuccess: ({ run: begun }) => follow(begun.id) },
    )
  return (
    <section className="card" aria-label="What happened before">
      <h2>What happened before</h2>
      <Text size="sm" c="dimmed" mt={4}>
        Stage changes before the start of the source or a rule are not sent by themselves. Count them, then
        decide.
      </Text>
      <Group align="flex-end" gap="xs" mt="sm">
        <TextInput
          label="Since"
          type="date"
          w={160}
          value={since}
          onChange={(event) => setSince(event.currentTarget.value)}
        />
        <Button
          variant="default"
          loading={isBusy}
          disabled={since === ''}
          onClick={() => start(`${since}T00:00:00Z`, false)}
        >
          Count what would go
        </Button>
      </Group>
      <Failure problem={begin.error ?? error} />
      {run && <RunProgress of={run} noun="stage changes" />}
      {run?.backfill && <Found of={run} id={id} isBusy={isBusy} send={() => start(run.since ?? '', true)} />}
    </section>
  )
}

function Found({ of: run, id, isBusy, send }: { of: Run; id: string; isBusy: boolean; send: () => void }) {
  const { backfill, writes } = run
  if (!backfill) return null
  const { planned, lines, made } = backfill
  if (writes) {
    return (
      <Text size="sm" mt="sm" role="status">
        {made === 0 ? (
          'Nothing was left to send.'
        ) : (
          <>
            <Link to={`/deliveries?source=${id}`}>
              {countText(made)} {made === 1 ? 'delivery' : 'deliveries'}
            </Link>{' '}
            made: the next push sends what is not held.
          </>
        )}
      </Text>
    )
  }
  return (
    <>
      {lines.length > 0 && (
        <table className="list" style={{ marginTop: 10 }} aria-label="What would go">
          <thead>
            <tr>
              <th>Event</th>
              <th>To</th>
              <th className="num">Would go</th>
              <th className="num">Worth</th>
              <th className="num">Held</th>
              <th className="num">Too old</th>
            </tr>
          </thead>
          <tbody>
            {lines.map((line) => (
              <tr key={`${line.event} ${line.connectionId}`}>
                <td data-label="Event">{line.event}</td>
                <td data-label="To">{line.connectionId}</td>
                <td data-label="Would go" className="num">
                  {countText(line.count)}
                </td>
                <td data-label="Worth" className="num">
                  <Money of={line.values} />
                </td>
                <td data-label="Held" className="num">
                  {countText(line.held.reduce((sum, { count }) => sum + count, 0))}
                </td>
                <td data-label="Too old" className="num">
                  {countText(line.tooOld.count)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {planned === 0 ? (
        <Text size="sm" mt="sm" role="status">
          Nothing since {run.since?.slice(0, 10)} is left to send.
        </Text>
      ) : (
        <Group mt="sm">
          <Button loading={isBusy} onClick={send}>
            Send these {countText(planned)}
          </Button>
        </Group>
      )}
    </>
  )
}
