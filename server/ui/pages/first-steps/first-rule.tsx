import { Button, Radio, Stack } from '@mantine/core'
import { useState } from 'react'
import { useAct, useAnswer } from '../../api/use-answer.ts'
import { Failure } from '../../parts/failure.tsx'

type Audience = 'tiktok' | 'any'

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
      <Radio.Group
        mt="sm"
        label="For whom?"
        value={audience}
        onChange={(value) => setAudience(value as Audience)}
      >
        <Stack gap={8} mt={6}>
          <Radio
            value="tiktok"
            label="Only who came from TikTok"
            description="a click id, cookie, lead id of TikTok, or utm_source tiktok"
          />
          <Radio value="any" label="Everybody" description="TikTok matches by e-mail and phone, hashed" />
        </Stack>
      </Radio.Group>
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
