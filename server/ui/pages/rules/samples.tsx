import { Text } from '@mantine/core'
import { Link } from 'react-router'
import type { Answer } from '../../api/client.ts'
import { moneyText } from '../../parts/money.tsx'

type Sample = Answer<'POST /api/v1/rules/preview'>['samples'][number]

/** The newest deals behind a difference, each with what is sent of it before and after. */
export function Samples({ of, edited }: { of: readonly Sample[]; edited: boolean }) {
  if (of.length === 0) return null
  return (
    <div>
      <Text size="sm" fw={600}>
        {edited ? 'Deals it changes' : 'Deals that differ'}
        {of.length >= 10 && <span className="quiet">, the ten newest</span>}
      </Text>
      <ul className="samples">
        {of.map((sample) => (
          <li
            key={`${sample.sourceId} ${sample.record.id} ${sample.milestone} ${sample.ruleId} ${sample.connectionId}`}
          >
            <Name of={sample} />
            <span className="quiet">{sampleText(sample, edited)}</span>
          </li>
        ))}
      </ul>
    </div>
  )
}

function Name({ of: { sourceId, record, inLedger } }: { of: Sample }) {
  if (!inLedger) return <span>{record.id}</span>
  const page = `/deals/${encodeURIComponent(sourceId)}/${encodeURIComponent(`${record.type}:${record.id}`)}`
  return <Link to={page}>{record.id}</Link>
}

function sampleText({ before, after, why }: Sample, edited: boolean): string {
  const because = why === null ? '' : ` (${why.replaceAll('_', ' ')})`
  if (before && after) return `${sideText(before)} → ${sideText(after)}`
  if (after)
    return edited ? `now ${sideText(after)}` : `would send ${sideText(after)}${because || ' (not made)'}`
  if (before)
    return edited
      ? `no more ${sideText(before)}${because}`
      : `sent ${sideText(before)}, and would not${because}`
  return ''
}

function sideText({ event, value }: NonNullable<Sample['before']>): string {
  return value === null ? event : `${event} ${moneyText(value)}`
}
