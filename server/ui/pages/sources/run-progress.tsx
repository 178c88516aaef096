import { Progress, Text } from '@mantine/core'
import { countText } from '../../parts/money.tsx'
import type { Run } from './use-run.ts'

/** How far long work is, as long as it lasts; and why it did not come to its end. */
export function RunProgress({ of: run, noun }: { of: Run; noun: string }) {
  if (run.state === 'done') return null
  if (run.state !== 'running') {
    return (
      <Text size="sm" c="red" role="alert" mt={8}>
        {run.state === 'gone'
          ? 'Its host ended before it did; what was done stays done. Begin it again.'
          : run.problem}
      </Text>
    )
  }
  const share = run.total ? Math.min(100, (run.count / run.total) * 100) : null
  return (
    <div role="status" style={{ marginTop: 10 }}>
      <Progress
        value={share ?? 100}
        animated={share === null}
        striped={share === null}
        aria-label="Progress"
      />
      <Text size="sm" c="dimmed" mt={4}>
        {countText(run.count)}
        {run.total !== null && ` of ${countText(run.total)}`} {noun}. It goes on if you leave this page.
      </Text>
    </div>
  )
}
