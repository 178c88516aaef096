import { Loader, Stack, Text } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { Link } from 'react-router'
import type { Answer } from '../../api/client.ts'
import { useAnswer } from '../../api/use-answer.ts'
import { Failure } from '../../parts/failure.tsx'
import { countText, type MoneyText, moneyText } from '../../parts/money.tsx'
import type { Rule } from './rules.tsx'
import { Samples } from './samples.tsx'

const DAYS = 30

/** Beside the table: what the rules would have sent in 30 days, what was sent, and the difference. */
export function PreviewPane({ rules }: { rules: readonly Rule[] | null }) {
  const [settled] = useDebouncedValue(rules, 350)
  const complete =
    settled === null || settled.every(({ audience }) => audience === 'any' || audience === 'tiktok')
  const asked = useAnswer(
    'POST /api/v1/rules/preview',
    { body: { rules: settled as never, days: DAYS } },
    { enabled: complete, keep: true },
  )
  return (
    <aside className="card preview" aria-label="Preview">
      <h2>
        The last {DAYS} days {asked.isFetching && <Loader size={12} ml={6} aria-label="Counting" />}
      </h2>
      {!complete && (
        <Text size="sm" c="dimmed" mt="sm">
          Choose for whom each rule is, and the preview counts it.
        </Text>
      )}
      {asked.error ? (
        <div style={{ marginTop: 12 }}>
          <Failure problem={asked.error} />
        </div>
      ) : (
        asked.data && <Counted of={asked.data} edited={settled !== null} />
      )}
    </aside>
  )
}

type Preview = Answer<'POST /api/v1/rules/preview'>

function Counted({ of, edited }: { of: Preview; edited: boolean }) {
  const lines = of.proposed?.rules ?? of.rules
  if (of.changes === 0) {
    return (
      <Text size="sm" c="dimmed" mt="sm">
        No stage change was seen in this time, so there is nothing to count yet.
      </Text>
    )
  }
  return (
    <Stack gap="md" mt="sm">
      {edited && of.proposed && <Difference of={of.proposed.difference} />}
      <Samples of={of.samples} edited={edited && of.proposed !== null} />
      {lines.map((line) => (
        <div key={`${line.ruleId} ${line.connectionId} ${line.event}`}>
          <Text size="sm" fw={600}>
            {line.ruleId} → {line.event} <span className="quiet">to {line.connectionId}</span>
          </Text>
          <dl className="facts">
            <dt>would send</dt>
            <dd>{amountText(line.would)}</dd>
            <dt>did send</dt>
            <dd>
              <Link to={`/deliveries?connection=${line.connectionId}&event=${line.event}&state=accepted`}>
                {amountText(line.sent)}
              </Link>
            </dd>
            {line.would.matchScore && (
              <>
                <dt>match score</dt>
                <dd>{line.would.matchScore.average}</dd>
              </>
            )}
            {line.held.map(({ reason, count }) => (
              <Pair key={reason} name={`held, ${reason.replaceAll('_', ' ')}`} text={countText(count)} />
            ))}
            {line.reasons.map(({ reason, count }) => (
              <Pair key={reason} name={reason.replaceAll('_', ' ')} text={countText(count)} />
            ))}
          </dl>
        </div>
      ))}
      {lines.length === 0 && (
        <Text size="sm" c="dimmed">
          {countText(of.changes)} stage changes, and no rule for any of them.
        </Text>
      )}
      <Text size="xs" c="dimmed">
        Of {countText(of.changes)} stage changes. Nothing leaves, nothing is written.
      </Text>
    </Stack>
  )
}

function Pair({ name, text }: { name: string; text: string }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{text}</dd>
    </>
  )
}

function Difference({ of }: { of: NonNullable<Preview['proposed']>['difference'] }) {
  return (
    <div className="difference" role="status">
      <Text size="sm" fw={650}>
        {of.length === 0 ? 'Your change sends the same as before' : 'Your change against the saved rules'}
      </Text>
      {of.map(({ ruleId, event, connectionId, count, values }) => (
        <Text key={`${ruleId} ${event} ${connectionId}`} size="sm">
          {ruleId} → {event}:{' '}
          <b className="num">{`${count > 0 ? '+' : count < 0 ? '−' : ''}${countText(Math.abs(count))}`}</b>
          {values.length > 0 && (
            <span className="num">, {values.map((value) => signed(value)).join(', ')}</span>
          )}
        </Text>
      ))}
    </div>
  )
}

function signed(value: MoneyText): string {
  return value.amount.startsWith('-') ? moneyText(value) : `+${moneyText(value)}`
}

function amountText({ count, values }: { count: number; values: readonly MoneyText[] }): string {
  return values.length === 0 ? countText(count) : `${countText(count)} · ${values.map(moneyText).join(' + ')}`
}
