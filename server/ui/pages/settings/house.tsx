import { Button, Group, NumberInput, Stack, Text, TextInput } from '@mantine/core'
import { useState } from 'react'
import type { Answer } from '../../api/client.ts'
import { useAct, useAnswer } from '../../api/use-answer.ts'
import { useMay } from '../../app/session.ts'
import { Failure } from '../../parts/failure.tsx'
import { Asked } from '../../parts/loading.tsx'

type Rates = Answer<'GET /api/v1/workspace'>['rates']
const CHANGES = ['GET /api/v1/workspace', 'GET /api/v1/rules', 'GET /api/v1/versions'] as const
const DEFAULT_DAYS = 180

/** Exchange rates and how long payloads are kept. */
export function House() {
  const workspace = useAnswer('GET /api/v1/workspace')
  const rules = useAnswer('GET /api/v1/rules')
  return (
    <Asked of={workspace}>
      {({ rates, retention }) => (
        <Stack gap="md">
          <RateTable rates={rates} base={rules.data?.revision ?? 0} />
          <Retention days={retention?.payloadDays ?? null} base={rules.data?.revision ?? 0} />
        </Stack>
      )}
    </Asked>
  )
}

function RateTable({ rates, base }: { rates: Rates; base: number }) {
  const may = useMay()
  const save = useAct('PUT /api/v1/settings', CHANGES)
  const today = new Date().toISOString().slice(0, 10)
  const [next, setNext] = useState({ date: today, from: 'EUR', to: 'USD', rate: '' })
  const canEdit = may('PUT /api/v1/settings')
  return (
    <section className="card">
      <h2>Exchange rates</h2>
      <Text size="sm" c="dimmed" mt={2}>
        For deals in a currency that TikTok does not take. A rate counts from its day on; without one such
        deals are held.
      </Text>
      {rates.length > 0 && (
        <table className="list" style={{ marginTop: 8 }}>
          <thead>
            <tr>
              <th>From</th>
              <th>1 unit of</th>
              <th className="num">is</th>
              <td />
            </tr>
          </thead>
          <tbody>
            {rates.map((rate) => (
              <tr key={`${rate.date} ${rate.from} ${rate.to}`}>
                <td data-label="From">{rate.date}</td>
                <td data-label="1 unit of">{rate.from}</td>
                <td data-label="is" className="num">
                  {rate.rate} {rate.to}
                </td>
                <td style={{ textAlign: 'right' }}>
                  {canEdit && (
                    <Button
                      size="compact-xs"
                      variant="default"
                      onClick={() =>
                        save.mutate({ body: { base, rates: rates.filter((each) => each !== rate) } })
                      }
                    >
                      Remove
                    </Button>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {canEdit && (
        <form
          onSubmit={(event) => {
            event.preventDefault()
            save.mutate(
              { body: { base, rates: [...rates, next] } },
              { onSuccess: () => setNext({ ...next, rate: '' }) },
            )
          }}
        >
          <Group align="flex-end" mt="md" gap="sm">
            <TextInput
              label="From day"
              type="date"
              value={next.date}
              onChange={(event) => setNext({ ...next, date: event.currentTarget.value })}
            />
            <TextInput
              label="Currency"
              w={90}
              value={next.from}
              onChange={(event) => setNext({ ...next, from: event.currentTarget.value.toUpperCase() })}
            />
            <TextInput
              label="Rate"
              w={110}
              placeholder="1.0850"
              value={next.rate}
              onChange={(event) => setNext({ ...next, rate: event.currentTarget.value })}
            />
            <TextInput
              label="Into"
              w={90}
              value={next.to}
              onChange={(event) => setNext({ ...next, to: event.currentTarget.value.toUpperCase() })}
            />
            <Button type="submit" variant="default" loading={save.isPending}>
              Add the rate
            </Button>
          </Group>
        </form>
      )}
      <Failure problem={save.error} />
    </section>
  )
}

function Retention({ days, base }: { days: number | null; base: number }) {
  const may = useMay()
  const [value, setValue] = useState<number | string>(days ?? DEFAULT_DAYS)
  const save = useAct('PUT /api/v1/settings', CHANGES)
  return (
    <section className="card">
      <h2>Retention</h2>
      <Text size="sm" c="dimmed" mt={2}>
        Payloads (hashes) and the contents of messages are emptied after so many days; ids, states and amounts
        stay.
      </Text>
      <Group align="flex-end" mt="sm" gap="sm">
        <NumberInput
          label="Days"
          min={1}
          max={3650}
          w={120}
          value={value}
          onChange={setValue}
          disabled={!may('PUT /api/v1/settings')}
        />
        {may('PUT /api/v1/settings') && (
          <Button
            variant="default"
            loading={save.isPending}
            onClick={() => save.mutate({ body: { base, retention: { payloadDays: Number(value) } } })}
          >
            Keep for that long
          </Button>
        )}
      </Group>
      <Failure problem={save.error} />
    </section>
  )
}
