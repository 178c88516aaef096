import { Autocomplete, Button, Group, Modal, MultiSelect, Select, Stack, TextInput } from '@mantine/core'
import { useAnswer } from '../../api/use-answer.ts'
import { AudienceChoice } from '../../parts/audience-choice.tsx'
import { audienceText } from './rule-words.ts'
import type { Rule } from './rules.tsx'

const EVENTS = [
  'Purchase',
  'Lead',
  'SubmitApplication',
  'CompleteRegistration',
  'Contact',
  'Schedule',
  'StartTrial',
  'Subscribe',
  'Download',
  'CustomizeProduct',
  'FindLocation',
  'ApplicationApproval',
]

/** The fields of one rule, in the words of the API where something is wrong. */
export function RuleForm({
  rule,
  isNew,
  issueAt,
  change,
  close,
}: {
  rule: Rule
  isNew: boolean
  issueAt: (field: string) => string | undefined
  change: (rule: Rule) => void
  close: () => void
}) {
  const { data } = useAnswer('GET /api/v1/workspace')
  const connections = data?.connections.map(({ id }) => id) ?? []
  const sources = data?.sources.map(({ id }) => id) ?? []
  const described = useAnswer(
    'GET /api/v1/sources/{id}/description',
    { path: { id: rule.source } },
    { enabled: rule.source !== '*' && sources.includes(rule.source) },
  )
  const stages = described.data?.pipelines.flatMap((pipeline) => pipeline.stages.map(({ id }) => id)) ?? []
  const fields = described.data?.fields.map(({ name }) => name) ?? []
  const { send, when } = rule
  const kind = kindOf(send.value)
  const setKind = (next: string | null) => {
    const value = {
      amount: { from: 'amount' },
      field: { from: fields[0] ?? 'field' },
      fixed: { fixed: '50.00', currency: data?.connections[0]?.currency ?? 'USD' },
      expected: { expected: true as const },
    }[next ?? '']
    const { value: _, ...rest } = send
    change({ ...rule, send: value === undefined ? rest : { ...rest, value } })
  }
  return (
    <Modal opened onClose={close} title={isNew ? 'A new rule' : `Rule ${rule.id}`} size="lg">
      <Stack gap="sm">
        <Group grow align="flex-start">
          <TextInput
            label="Name"
            value={rule.id}
            disabled={!isNew}
            onChange={(event) => change({ ...rule, id: event.currentTarget.value })}
            error={issueAt('id')}
          />
          <Select
            label="Source"
            data={[{ value: '*', label: 'any source' }, ...sources.map((id) => ({ value: id, label: id }))]}
            value={rule.source}
            onChange={(source) => source && change({ ...rule, source })}
            allowDeselect={false}
          />
        </Group>
        <Group grow align="flex-start">
          <Autocomplete
            label="When a record enters the stage"
            description="won and lost are understood by every source"
            data={[...new Set(['won', 'lost', ...stages])]}
            value={when.stage}
            onChange={(stage) => change({ ...rule, when: { ...when, stage } })}
            error={issueAt('when')}
          />
          <TextInput
            label="Record type"
            description="deal, form, … ; empty for all"
            value={when.record ?? ''}
            onChange={(event) => {
              const { record: _, ...rest } = when
              const record = event.currentTarget.value
              change({ ...rule, when: record === '' ? rest : { ...rest, record } })
            }}
          />
        </Group>
        <Autocomplete
          label="Send the event"
          data={EVENTS}
          value={send.event}
          onChange={(event) => change({ ...rule, send: { ...send, event } })}
          error={issueAt('send.event')}
        />
        <Group grow align="flex-start">
          <Select
            label="Value"
            data={[
              { value: 'amount', label: 'the amount of the record' },
              { value: 'field', label: 'a field' },
              { value: 'fixed', label: 'always the same' },
              { value: 'expected', label: 'what such records are worth on average' },
              { value: 'none', label: 'none' },
            ]}
            value={kind}
            onChange={setKind}
            allowDeselect={false}
          />
          {kind === 'field' && send.value && 'from' in send.value && (
            <Autocomplete
              label="Field"
              data={fields}
              value={send.value.from}
              onChange={(from) =>
                change({ ...rule, send: { ...send, value: { ...send.value, from } as typeof send.value } })
              }
              error={issueAt('send.value')}
            />
          )}
          {(kind === 'amount' || kind === 'field') && send.value && 'from' in send.value && (
            <TextInput
              label="Share of it, %"
              placeholder="100"
              value={send.value.percent ?? ''}
              onChange={(event) => {
                const { percent: _, ...rest } = send.value as { from: string; percent?: string }
                const percent = event.currentTarget.value
                change({ ...rule, send: { ...send, value: percent === '' ? rest : { ...rest, percent } } })
              }}
              error={issueAt('send.value.percent')}
            />
          )}
          {kind === 'fixed' && send.value && 'fixed' in send.value && (
            <>
              <TextInput
                label="Amount"
                value={send.value.fixed}
                onChange={(event) =>
                  change({
                    ...rule,
                    send: {
                      ...send,
                      value: { ...send.value, fixed: event.currentTarget.value } as typeof send.value,
                    },
                  })
                }
                error={issueAt('send.value')}
              />
              <TextInput
                label="Currency"
                value={send.value.currency}
                onChange={(event) =>
                  change({
                    ...rule,
                    send: {
                      ...send,
                      value: {
                        ...send.value,
                        currency: event.currentTarget.value.toUpperCase(),
                      } as typeof send.value,
                    },
                  })
                }
              />
            </>
          )}
        </Group>
        <AudienceChoice
          label="For whom"
          value={rule.audience}
          onChange={(audience) => change({ ...rule, audience })}
          error={issueAt('audience')}
        />
        <MultiSelect
          label="To"
          data={connections}
          value={send.to}
          onChange={(to) => change({ ...rule, send: { ...send, to } })}
          error={issueAt('send.to')}
        />
        <Button
          onClick={close}
          disabled={audienceText(rule.audience) === null}
          style={{ alignSelf: 'flex-start' }}
        >
          {isNew ? 'Put it into the table' : 'Done'}
        </Button>
      </Stack>
    </Modal>
  )
}

function kindOf(value: Rule['send']['value']): 'none' | 'fixed' | 'expected' | 'amount' | 'field' {
  if (value === undefined) return 'none'
  if ('fixed' in value) return 'fixed'
  if ('expected' in value) return 'expected'
  return value.from === 'amount' ? 'amount' : 'field'
}
