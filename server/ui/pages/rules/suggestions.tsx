import { Button, Group, Text } from '@mantine/core'
import { useAnswer } from '../../api/use-answer.ts'
import type { Rule } from './rules.tsx'
import { suggestValues, withShare } from './suggest-values.ts'

/** What the advisor's win rates say about the values of rules; nothing where they say nothing. */
export function Suggestions({ rules, change }: { rules: readonly Rule[]; change: (rules: Rule[]) => void }) {
  const asked = useAnswer('GET /api/v1/reports/advice')
  const found = suggestValues(rules, asked.data?.advice ?? [])
  if (found.length === 0) return null
  return (
    <section className="card" aria-label="Suggestions">
      <h2>What win rates say</h2>
      {found.map(({ ruleId, stage, percent, deals, now }) => (
        <Group key={ruleId} justify="space-between" gap="xs" mt="sm">
          <Text size="sm" style={{ flex: 1, minWidth: 220 }}>
            {percent} % of the deals that enter <b>{stage}</b> are won (of {deals} that had time to end). The
            rule <b>{ruleId}</b> sends {now}.
          </Text>
          <Button
            size="xs"
            variant="default"
            onClick={() =>
              change(rules.map((rule) => (rule.id === ruleId ? withShare(rule, percent) : rule)))
            }
          >
            Send {percent} % of the amount
          </Button>
        </Group>
      ))}
    </section>
  )
}
