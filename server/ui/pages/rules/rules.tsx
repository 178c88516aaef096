import { Button, Group, Stack, Text } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useState } from 'react'
import { Link, useSearchParams } from 'react-router'
import type { Answer } from '../../api/client.ts'
import { useAct, useAnswer } from '../../api/use-answer.ts'
import { useMay } from '../../app/session.ts'
import { Empty } from '../../parts/empty.tsx'
import { Failure } from '../../parts/failure.tsx'
import { Asked } from '../../parts/loading.tsx'
import { PageHead } from '../../parts/page-head.tsx'
import { Conflict } from './conflict.tsx'
import { isSame } from './merge-rules.ts'
import { advisedRule, newRule } from './new-rule.ts'
import { PreviewPane } from './preview-pane.tsx'
import { RuleRow } from './rule-row.tsx'
import { Suggestions } from './suggestions.tsx'
import { Versions } from './versions.tsx'

export type Rule = Answer<'GET /api/v1/rules'>['rules'][number]

/** What do we send for what? */
export default function RulesPage() {
  const asked = useAnswer('GET /api/v1/rules')
  return (
    <>
      <PageHead title="Rules">
        Which stage becomes which TikTok event, with what value, for whom. All that match send; the first of
        one event counts.
      </PageHead>
      <Asked of={asked}>{(said) => <Editor said={said} />}</Asked>
    </>
  )
}

/** What the person changed, and what it was based on: a newer revision does not overwrite it. */
interface Draft {
  base: number
  was: readonly Rule[]
  rules: Rule[]
}

function Editor({ said }: { said: Answer<'GET /api/v1/rules'> }) {
  const may = useMay()
  const canEdit = may('PUT /api/v1/rules')
  const [query, setQuery] = useSearchParams()
  const [draft, setDraft] = useState<Draft | null>(() => {
    const advised = canEdit ? advisedRule(said.rules, query) : null
    return advised && { base: said.revision, was: said.rules, rules: [...said.rules, advised] }
  })
  const leave = () => {
    setDraft(null)
    setQuery({}, { replace: true })
  }
  const save = useAct('PUT /api/v1/rules', [
    'GET /api/v1/rules',
    'GET /api/v1/versions',
    'GET /api/v1/workspace',
  ])
  const workspace = useAnswer('GET /api/v1/workspace')
  const counts = useAnswer('GET /api/v1/rules/counts')
  const rules = draft?.rules ?? said.rules
  const change = (next: Rule[]) => {
    save.reset()
    setDraft({ base: draft?.base ?? said.revision, was: draft?.was ?? said.rules, rules: next })
  }
  const isStale = draft !== null && draft.base !== said.revision && !isSame(draft.was, said.rules)
  const discard = () => {
    save.reset()
    leave()
  }
  const add = () => change([...rules, newRule(rules, workspace.data?.connections.map(({ id }) => id) ?? [])])
  const submit = () => {
    if (!draft) return
    save.mutate(
      // Other settings than rules may have changed meanwhile: that is nobody's conflict.
      { body: { base: said.revision, rules: draft.rules as never } },
      {
        onSuccess: ({ revision }) => {
          leave()
          notifications.show({
            message: `Saved as version ${revision}; it applies to what happens from now on.`,
          })
        },
      },
    )
  }
  const issueAt = (at: number, field: string) =>
    save.error?.issues.find(
      ({ path }) => path.startsWith(`rules[${at}].${field}`) || path.startsWith(`rules.${at}.${field}`),
    )
  if (rules.length === 0) {
    return (
      <Stack>
        <Empty title="No rule yet" action={canEdit && <Button onClick={add}>Add the first rule</Button>}>
          Without a rule nothing is sent. The usual first one: when a deal is won, send a Purchase with its
          amount.
        </Empty>
        <Versions revision={said.revision} />
      </Stack>
    )
  }
  return (
    <div className="rules-page">
      <Stack gap="md" style={{ minWidth: 0 }}>
        {isStale && (
          <Conflict
            base={draft.base}
            revision={said.revision}
            was={draft.was}
            theirs={said.rules}
            mine={draft.rules}
            take={(merged) => {
              save.reset()
              setDraft({ base: said.revision, was: said.rules, rules: merged })
            }}
            drop={discard}
          />
        )}
        <div className="card" style={{ padding: 0 }}>
          <table className="list" aria-label="Rules">
            <thead>
              <tr>
                <th>Rule</th>
                <th>When</th>
                <th>Sends</th>
                <th>For</th>
                <th className="num">30 days</th>
                <td />
              </tr>
            </thead>
            <tbody>
              {rules.map((rule, at) => (
                <RuleRow
                  // biome-ignore lint/suspicious/noArrayIndexKey: the id of a new rule changes while it is typed
                  key={at}
                  rule={rule}
                  isNew={!said.rules.some(({ id }) => id === rule.id)}
                  starts={said.starts.filter(({ ruleId }) => ruleId === rule.id)}
                  counts={counts.data?.counts.filter(({ ruleId }) => ruleId === rule.id) ?? null}
                  canEdit={canEdit}
                  issueAt={(field) => issueAt(at, field)?.message}
                  change={(next) => change(rules.map((each, index) => (index === at ? next : each)))}
                  remove={() => change(rules.filter((_, index) => index !== at))}
                />
              ))}
            </tbody>
          </table>
        </div>
        {save.error && !isStale && <Failure problem={save.error} />}
        {canEdit && (
          <Group gap="sm">
            <Button variant="default" onClick={add}>
              Add a rule
            </Button>
            {draft && (
              <>
                <Button onClick={submit} loading={save.isPending} disabled={isStale}>
                  Save as a version
                </Button>
                <Button variant="subtle" onClick={discard}>
                  Discard
                </Button>
              </>
            )}
          </Group>
        )}
        {canEdit && <Suggestions rules={rules} change={change} />}
        <Text size="sm" c="dimmed">
          The same rules as a file: <span className="mono">closeback export</span>, then{' '}
          <span className="mono">apply</span>. See also <Link to="/deliveries">what was sent</Link>.
        </Text>
        <Versions revision={said.revision} />
      </Stack>
      {may('POST /api/v1/rules/preview') && <PreviewPane rules={draft?.rules ?? null} />}
    </div>
  )
}
