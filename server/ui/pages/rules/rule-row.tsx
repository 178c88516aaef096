import { ActionIcon, Group, Text } from '@mantine/core'
import { IconPencil, IconTrash } from '@tabler/icons-react'
import { useState } from 'react'
import { Link } from 'react-router'
import { Moment } from '../../parts/moment.tsx'
import { countText } from '../../parts/money.tsx'
import { RuleForm } from './rule-form.tsx'
import { audienceText, valueText } from './rule-words.ts'
import type { Rule } from './rules.tsx'

/** One rule in the table; its fields open in place of reading it. */
export function RuleRow({
  rule,
  isNew,
  starts,
  counts,
  canEdit,
  issueAt,
  change,
  remove,
}: {
  rule: Rule
  isNew: boolean
  starts: readonly { connectionId: string; at: string }[]
  /** What TikTok accepted in 30 days; null while nobody knows. */
  counts: readonly { connectionId: string; count: number }[] | null
  canEdit: boolean
  issueAt: (field: string) => string | undefined
  change: (rule: Rule) => void
  remove: () => void
}) {
  const [open, setOpen] = useState(isNew)
  return (
    <tr data-new={isNew}>
      <td data-label="Rule">
        <div>
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
        </div>
      </td>
      <td data-label="When">
        <div>
          {rule.when.record && `${rule.when.record} `}
          <b>{rule.when.stage}</b>
          <div className="quiet">{rule.source === '*' ? 'any source' : rule.source}</div>
        </div>
      </td>
      <td data-label="Sends">
        <div>
          {rule.send.event}
          <div className="quiet">{valueText(rule)}</div>
        </div>
      </td>
      <td data-label="For">
        <div>
          {audienceText(rule.audience) ?? <span style={{ color: 'var(--bad)' }}>choose</span>}
          {rule.send.to.length === 0 && <div className="quiet">to nobody</div>}
          {rule.send.to.map((id) => (
            <div key={id} className="quiet num">
              to {id}
            </div>
          ))}
        </div>
      </td>
      <td data-label="30 days" className="num">
        <Count rule={rule} counts={counts} />
      </td>
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

function Count({
  rule,
  counts,
}: {
  rule: Rule
  counts: readonly { connectionId: string; count: number }[] | null
}) {
  if (counts === null) return <span className="quiet">–</span>
  const count = counts.reduce((sum, each) => sum + each.count, 0)
  const [only, ...others] = counts
  const query = new URLSearchParams({ state: 'accepted', event: rule.send.event })
  if (only && others.length === 0) query.set('connection', only.connectionId)
  return (
    <Link to={`/deliveries?${query}`} aria-label={`${countText(count)} accepted in 30 days`}>
      {countText(count)}
    </Link>
  )
}
