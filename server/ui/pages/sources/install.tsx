import { Button, Group, Text } from '@mantine/core'
import { IconCircleCheck, IconHandStop, IconPlus, IconX } from '@tabler/icons-react'
import { useAct } from '../../api/use-answer.ts'
import { Failure } from '../../parts/failure.tsx'
import { Mark } from '../../parts/state-badge.tsx'
import { RunProgress } from './run-progress.tsx'
import { useRun } from './use-run.ts'

const LOOKS = {
  exists: { tone: 'ok', icon: IconCircleCheck, text: 'There' },
  created: { tone: 'ok', icon: IconPlus, text: 'Created' },
  'would create': { tone: 'wait', icon: IconPlus, text: 'Would create' },
  'by hand': { tone: 'held', icon: IconHandStop, text: 'By hand' },
  failed: { tone: 'bad', icon: IconX, text: 'Failed' },
} as const

/** The fields that Closeback reads, created in the CRM: first shown, then done, step by step. */
export function Install({ id }: { id: string }) {
  const install = useAct('POST /api/v1/sources/{id}/install', ['GET /api/v1/runs'])
  const { run, error, isRunning, follow } = useRun('install', id)
  const isBusy = install.isPending || isRunning
  const begin = (dryRun: boolean) =>
    install.mutate(
      { path: { id }, query: { dryRun: String(dryRun) as 'true' } },
      { onSuccess: ({ run: begun }) => follow(begun.id) },
    )
  return (
    <section className="card">
      <Group justify="space-between">
        <h2>Fields in the CRM</h2>
        <Group gap="xs">
          <Button size="xs" variant="default" loading={isBusy} onClick={() => begin(true)}>
            Show what would be created
          </Button>
          <Button size="xs" loading={isBusy} onClick={() => begin(false)}>
            Create them
          </Button>
        </Group>
      </Group>
      <Failure problem={install.error ?? error} />
      {run && <RunProgress of={run} noun="steps" />}
      {run?.install ? (
        <table className="list" style={{ marginTop: 8 }}>
          <tbody>
            {run.install.steps.map(({ name, state, detail }) => (
              <tr key={name}>
                <td data-label={name}>
                  <Mark {...LOOKS[state]} />
                </td>
                <td>
                  <b>{name}</b> {detail}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      ) : (
        <Text size="sm" c="dimmed" mt={6}>
          Click id, cookie and UTM fields, so that a deal remembers the ad it came from.
        </Text>
      )}
    </section>
  )
}
