import { Alert, Button, Group, Radio, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import { mergeRules } from './merge-rules.ts'
import { changesText, ruleText } from './rule-words.ts'
import type { Rule } from './rules.tsx'

/** A newer version came while somebody was editing: both are shown, and nothing is lost or overwritten. */
export function Conflict({
  base,
  revision,
  was,
  theirs,
  mine,
  take,
  drop,
}: {
  base: number
  revision: number
  was: readonly Rule[]
  theirs: readonly Rule[]
  mine: readonly Rule[]
  /** With the person's changes on top of what is there now. */
  take: (rules: Rule[]) => void
  drop: () => void
}) {
  const [taken, setTaken] = useState<ReadonlySet<string>>(new Set())
  const { rules, clashes } = mergeRules(was, theirs, mine, taken)
  return (
    <Alert color="orange" variant="outline" title="Somebody else changed the rules meanwhile" role="alert">
      <Stack gap="xs">
        <Text size="sm">
          Version {revision} is there now; yours began on version {base}. Nothing was overwritten.
        </Text>
        <dl className="facts both">
          <dt>There</dt>
          <dd>{changesText(was, theirs)}</dd>
          <dt>Yours</dt>
          <dd>{changesText(was, mine)}</dd>
        </dl>
        {clashes.map(({ id, theirs: there, mine: own }) => (
          <Radio.Group
            key={id}
            label={`Both changed ${id}`}
            value={taken.has(id) ? 'theirs' : 'mine'}
            onChange={(side) =>
              setTaken(new Set([...taken, id].filter((each) => each !== id || side === 'theirs')))
            }
          >
            <Stack gap={6} mt={6}>
              <Radio value="mine" label="Yours" description={own ? ruleText(own) : 'removed'} />
              <Radio value="theirs" label="What is there" description={there ? ruleText(there) : 'removed'} />
            </Stack>
          </Radio.Group>
        ))}
        <Group gap="xs">
          <Button size="xs" onClick={() => take(rules)}>
            Put your changes onto version {revision}
          </Button>
          <Button size="xs" variant="subtle" onClick={drop}>
            Drop yours
          </Button>
        </Group>
      </Stack>
    </Alert>
  )
}
