import { Alert, Button, Group, PasswordInput, Select, Stack, Text, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useNavigate, useSearchParams } from 'react-router'
import type { Answer } from '../../api/client.ts'
import { useAct, useAnswer } from '../../api/use-answer.ts'
import { Failure } from '../../parts/failure.tsx'
import { Asked } from '../../parts/loading.tsx'
import { PageHead } from '../../parts/page-head.tsx'
import { NO_SETS, SetPicker, setsBody } from './set-picker.tsx'

type Grant = Answer<'GET /api/v1/tiktok/grant'>
type Advertiser = NonNullable<Grant['grant']>['advertisers'][number]

const TROUBLES: Record<string, string> = {
  state:
    'This answer of TikTok does not belong to anything that was begun in this browser, or was used already. Nothing was changed.',
  denied:
    'TikTok was not allowed to go on: consent was denied or the window was closed. Nothing was changed.',
  code: 'TikTok does not take the code any more: it was used, or it ran out. Nothing was changed.',
  unavailable: 'TikTok did not answer in time. Nothing was changed.',
}

/** Brings a token, then makes connections of the advertisers it reaches; with `?connection=` gives one a new token. */
export default function ConnectPage() {
  return (
    <>
      <PageHead title="Connect TikTok">
        Sign in at TikTok or paste a token, then choose what receives the events.
      </PageHead>
      <Connect />
    </>
  )
}

export function Connect({ done }: { done?: () => void }) {
  const [params] = useSearchParams()
  const reconnect = params.get('connection')
  const trouble = params.get('trouble')
  const [wantsOther, setWantsOther] = useState(false)
  const asked = useAnswer('GET /api/v1/tiktok/grant')
  const another = (
    <Button
      variant="subtle"
      size="xs"
      style={{ alignSelf: 'flex-start' }}
      onClick={() => setWantsOther(true)}
    >
      Bring another token
    </Button>
  )
  return (
    <Asked of={asked}>
      {(said) => (
        <Stack gap="md" maw={720}>
          {trouble && (
            <Alert color="red" variant="outline" title="It did not work" role="alert">
              {TROUBLES[trouble] ?? TROUBLES.unavailable} Start again below.
            </Alert>
          )}
          {said.grant === null || trouble || wantsOther ? (
            <Bring said={said} connection={reconnect} brought={() => setWantsOther(false)} />
          ) : (
            <>
              {reconnect ? (
                <Reconnect id={reconnect} />
              ) : (
                <Choose advertisers={said.grant.advertisers} trouble={said.trouble} done={done} />
              )}
              {another}
            </>
          )}
        </Stack>
      )}
    </Asked>
  )
}

function Bring({
  said,
  connection,
  brought,
}: {
  said: Grant
  connection: string | null
  brought: () => void
}) {
  const [token, setToken] = useState('')
  const [advertiserId, setAdvertiserId] = useState('')
  const [params, setParams] = useSearchParams()
  const consent = useAct('POST /api/v1/tiktok/consent')
  const bring = useAct('POST /api/v1/tiktok/token', ['GET /api/v1/tiktok/grant'])
  const paste = (body: { token: string; advertiserId: string }) =>
    bring.mutate(
      { body },
      {
        onSuccess: () => {
          params.delete('trouble')
          setParams(params, { replace: true })
          brought()
        },
      },
    )
  return (
    <>
      {said.canConsent && (
        <section className="card">
          <h2>Sign in at TikTok</h2>
          <Text size="sm" c="dimmed" mt={4} mb="md">
            TikTok asks which advertisers Closeback may act for; then you come back here.
          </Text>
          <Button
            loading={consent.isPending || consent.isSuccess}
            onClick={() =>
              consent.mutate({ body: { connection } }, { onSuccess: ({ url }) => location.assign(url) })
            }
          >
            Go to TikTok
          </Button>
          <Failure problem={consent.error} />
        </section>
      )}
      <section className="card">
        <h2>{said.canConsent ? 'Or paste a token' : 'Paste a token'}</h2>
        <Text size="sm" c="dimmed" mt={4} mb="sm">
          Events Manager makes one for a pixel under Settings, “Generate access token”. It is kept sealed and
          never shown again.
        </Text>
        <form
          onSubmit={(event) => {
            event.preventDefault()
            paste({ token, advertiserId })
          }}
        >
          <Stack gap="sm">
            <TextInput
              label="Advertiser id"
              inputMode="numeric"
              placeholder="7000000000000000001"
              value={advertiserId}
              onChange={(event) => setAdvertiserId(event.currentTarget.value)}
              error={bring.error?.at('advertiserId')}
            />
            <PasswordInput
              label="Access token"
              autoComplete="off"
              value={token}
              onChange={(event) => setToken(event.currentTarget.value)}
              error={bring.error?.at('token')}
            />
            {bring.error && bring.error.issues.length === 0 && <Failure problem={bring.error} />}
            <Group>
              <Button
                type="submit"
                variant={said.canConsent ? 'default' : 'filled'}
                loading={bring.isPending}
              >
                Use this token
              </Button>
              {said.simulated && (
                <Button
                  variant="subtle"
                  onClick={() => paste({ token: 'sandbox-token', advertiserId: '7000000000000000001' })}
                >
                  Use the sandbox’s account
                </Button>
              )}
            </Group>
          </Stack>
        </form>
      </section>
      {said.simulated && (
        <Text size="sm" c="dimmed">
          This host talks to a simulated TikTok (TIKTOK_API_URL): nothing reaches a real account.
        </Text>
      )}
    </>
  )
}

function Reconnect({ id }: { id: string }) {
  const navigate = useNavigate()
  const act = useAct('POST /api/v1/connections/{id}/reconnect', [
    'GET /api/v1/connections',
    'GET /api/v1/tiktok/grant',
  ])
  return (
    <section className="card">
      <h2>Give {id} the new token</h2>
      <Text size="sm" c="dimmed" mt={4} mb="md">
        What waits is sent with the next push, and event sets that refused are tried at once.
      </Text>
      <Stack gap="sm" align="flex-start">
        <Failure problem={act.error} />
        <Button
          loading={act.isPending}
          onClick={() => act.mutate({ path: { id } }, { onSuccess: () => void navigate('/connections') })}
        >
          Reconnect
        </Button>
      </Stack>
    </section>
  )
}

function Choose({
  advertisers,
  trouble,
  done,
}: {
  advertisers: readonly Advertiser[]
  trouble: Grant['trouble']
  done: (() => void) | undefined
}) {
  const free = advertisers.filter(({ connectionId }) => connectionId === null)
  const [chosen, setChosen] = useState<string | null>(free.length === 1 ? (free[0]?.id ?? null) : null)
  const advertiser = advertisers.find(({ id }) => id === chosen)
  return (
    <>
      <section className="card">
        <h2>{advertisers.length === 1 ? 'The advertiser' : 'Choose an advertiser'}</h2>
        {trouble && (
          <Text size="sm" c="dimmed" mt={4}>
            TikTok shows this token no details ({trouble.message}); fill them in below.
          </Text>
        )}
        <table className="list" style={{ marginTop: 8 }}>
          <thead>
            <tr>
              <th>Advertiser</th>
              <th>Currency</th>
              <th>Time zone</th>
              <th>Status</th>
              <td />
            </tr>
          </thead>
          <tbody>
            {advertisers.map((each) => (
              <tr key={each.id}>
                <td data-label="Advertiser">
                  <div>
                    {each.name && <b>{each.name}</b>}
                    <div className="mono">{each.id}</div>
                    {each.businessCenterId && (
                      <div className="quiet">
                        Business Center <span className="mono">{each.businessCenterId}</span>
                      </div>
                    )}
                  </div>
                </td>
                <td data-label="Currency">{each.currency ?? '–'}</td>
                <td data-label="Time zone">{each.timezone ?? '–'}</td>
                <td data-label="Status">{each.status?.replace('STATUS_', '').toLowerCase() ?? '–'}</td>
                <td>
                  {each.connectionId ? (
                    <span className="quiet">is {each.connectionId}</span>
                  ) : (
                    <Button
                      size="xs"
                      variant={each.id === chosen ? 'light' : 'default'}
                      onClick={() => setChosen(each.id)}
                      aria-pressed={each.id === chosen}
                    >
                      {each.id === chosen ? 'Chosen' : 'Choose'}
                    </Button>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      {advertiser && <Make key={advertiser.id} of={advertiser} done={done} />}
    </>
  )
}

const SINCE = [
  { value: 'now', label: 'From now on' },
  { value: 'month', label: 'Of the last 28 days too' },
]

function Make({ of, done }: { of: Advertiser; done: (() => void) | undefined }) {
  const navigate = useNavigate()
  const [id, setId] = useState(nameOf(of.name))
  const [currency, setCurrency] = useState(of.currency ?? '')
  const [timezone, setTimezone] = useState(of.timezone ?? '')
  const [sets, setSets] = useState(NO_SETS)
  const [since, setSince] = useState('now')
  const make = useAct('POST /api/v1/connections', [
    'GET /api/v1/connections',
    'GET /api/v1/workspace',
    'GET /api/v1/tiktok/grant',
  ])
  const at = (field: string) =>
    make.error?.issues.find(({ path }) => path.replace(/^body\//, '').endsWith(field))?.message
  const submit = () =>
    make.mutate(
      {
        body: {
          id,
          advertiserId: of.id,
          currency,
          timezone,
          eventSets: setsBody(sets),
          startAt: new Date(Date.now() - (since === 'month' ? 28 * 86_400_000 : 300_000)).toISOString(),
        },
      },
      { onSuccess: () => (done ? done() : void navigate('/connections')) },
    )
  return (
    <form
      className="card"
      onSubmit={(event) => {
        event.preventDefault()
        submit()
      }}
    >
      <h2>Where its events go</h2>
      <Stack gap="sm" mt="sm">
        <SetPicker advertiserId={of.id} value={sets} onChange={setSets} />
        <Group grow align="flex-start">
          <TextInput
            label="Name in Closeback"
            description="short, small letters"
            value={id}
            onChange={(event) => setId(event.currentTarget.value)}
            error={at('id')}
          />
          <Select
            label="Send deals"
            description="by when their stage changed"
            data={SINCE}
            value={since}
            onChange={(value) => setSince(value ?? 'now')}
            allowDeselect={false}
          />
        </Group>
        {(of.currency === null || of.timezone === null) && (
          <Group grow align="flex-start">
            <TextInput
              label="Currency"
              placeholder="USD"
              value={currency}
              onChange={(event) => setCurrency(event.currentTarget.value.toUpperCase())}
              error={at('currency')}
            />
            <TextInput
              label="Time zone of the account"
              placeholder="America/New_York"
              value={timezone}
              onChange={(event) => setTimezone(event.currentTarget.value)}
              error={at('timezone')}
            />
          </Group>
        )}
        <Failure problem={make.error} />
        <Button type="submit" loading={make.isPending} style={{ alignSelf: 'flex-start' }}>
          Connect {of.name ?? of.id}
        </Button>
      </Stack>
    </form>
  )
}

function nameOf(name: string | null): string {
  const text = (name ?? '').toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')
  return text.replaceAll(/^-|-$/g, '').slice(0, 40) || 'tiktok'
}
