import { Button, Stack } from '@mantine/core'
import { useState } from 'react'
import { useAct, useAnswer } from '../../api/use-answer.ts'
import { type Audience, AudienceChoice } from '../../parts/audience-choice.tsx'
import { Failure } from '../../parts/failure.tsx'

/** The usual first rule; whom to send is asked, never assumed. */
export function FirstRule({ connection }: { connection: string }) {
  const [audience, setAudience] = useState<Audience | null>(null)
  const { data } = useAnswer('GET /api/v1/rules')
  const save = useAct('PUT /api/v1/rules', ['GET /api/v1/rules', 'GET /api/v1/workspace'])
  const rule = {
    id: 'won',
    source: '*',
    when: { stage: 'won' },
    audience: audience ?? 'any',
    send: { event: 'Purchase', to: [connection], value: { from: 'amount' } },
  }
  return (
    <div className="card" style={{ maxWidth: 640 }}>
      <h2>When a deal is won, send a Purchase with its amount</h2>
      <Stack mt="sm">
        <AudienceChoice label="For whom?" value={audience} onChange={setAudience} />
      </Stack>
      <Stack gap="sm" mt="md" align="flex-start">
        <Failure problem={save.error} />
        <Button
          disabled={audience === null || !data}
          loading={save.isPending}
          onClick={() => save.mutate({ body: { base: data?.revision ?? 0, rules: [rule] } })}
        >
          Send that
        </Button>
      </Stack>
    </div>
  )
}
