import { ActionIcon, Group, Text } from '@mantine/core'
import { IconPencil, IconTrash } from '@tabler/icons-react'
import { useState } from 'react'
import { Moment } from '../../parts/moment.tsx'
import { RuleForm } from './rule-form.tsx'
import { audienceText, valueText } from './rule-words.ts'
import type { Rule } from './rules.tsx'

/** One rule in the table; its fields open in place of reading it. */
export function RuleRow({
  rule,
  isNew,
  starts,
  canEdit,
  issueAt,
  change,
  remove,
}: {
  rule: Rule
  isNew: boolean
  starts: readonly { connectionId: string; at: string }[]
  canEdit: boolean
  issueAt: (field: string) => string | undefined
  change: (rule: Rule) => void
  remove: () => void
}) {
  const [open, setOpen] = useState(isNew)
  return (
    <tr data-new={isNew}>
      <td data-label="Rule">
        <b>{rule.id}</b>
        <Text size="xs" c="dimmed">
          {starts[0] ? (
            <>
              applies since <Moment at={starts[0].at} zone="UTC" />
            </>
          ) : (
            'applies from when it is saved'
          )}
        </Text>
      </td>
      <td data-label="When">
        {rule.when.record && `${rule.when.record} `}
        <b>{rule.when.stage}</b>
        <div className="quiet">{rule.source === '*' ? 'any source' : rule.source}</div>
      </td>
      <td data-label="Event">{rule.send.event}</td>
      <td data-label="Value">{valueText(rule)}</td>
      <td data-label="Audience">
        {audienceText(rule.audience) ?? <span style={{ color: 'var(--bad)' }}>choose</span>}
      </td>
      <td data-label="To">{rule.send.to.join(', ') || '–'}</td>
      <td>
        {canEdit && (
          <Group gap={4} wrap="nowrap" justify="flex-end">
            <ActionIcon
              variant="subtle"
              color="gray"
              onClick={() => setOpen(true)}
              aria-label={`Edit ${rule.id}`}
            >
              <IconPencil size={17} />
            </ActionIcon>
            <ActionIcon variant="subtle" color="gray" onClick={remove} aria-label={`Remove ${rule.id}`}>
              <IconTrash size={17} />
            </ActionIcon>
          </Group>
        )}
        {open && (
          <RuleForm
            rule={rule}
            isNew={isNew}
            issueAt={issueAt}
            change={change}
            close={() => setOpen(false)}
          />
        )}
      </td>
    </tr>
  )
}
