import { Button, PasswordInput, SegmentedControl, Stack, Switch, Text, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useNavigate } from 'react-router'
import type { Answer } from '../../api/client.ts'
import { useAct, useAnswer } from '../../api/use-answer.ts'
import { Failure } from '../../parts/failure.tsx'
import { Asked } from '../../parts/loading.tsx'
import { PageHead } from '../../parts/page-head.tsx'
import { labelOf, type Schema, SchemaForm, type Values } from '../../parts/schema-form.tsx'
import { SecretOnce } from './secret-once.tsx'

type Adapter = Answer<'GET /api/v1/adapters'>['adapters'][number]

export default function NewSourcePage() {
  return (
    <>
      <PageHead title="Add a source">Your CRM, or any system that can post a webhook.</PageHead>
      <NewSource />
    </>
  )
}

/** Makes a source; its secret, if it was made here, is shown once. */
export function NewSource({ begun, done }: { begun?: () => void; done?: (id: string) => void }) {
  const adapters = useAnswer('GET /api/v1/adapters')
  const [chosen, setChosen] = useState<string | null>(null)
  const [isMade, setIsMade] = useState(false)
  return (
    <Asked of={adapters}>
      {({ adapters: all }) => {
        const adapter = all.find(({ id }) => id === chosen) ?? all[0]
        if (!adapter) return <Text>This host has no adapters.</Text>
        return (
          <Stack gap="md" maw={640}>
            {all.length > 1 && !isMade && (
              <SegmentedControl
                aria-label="Kind"
                value={adapter.id}
                onChange={setChosen}
                data={all.map(({ id, title }) => ({ value: id, label: title }))}
              />
            )}
            <AdapterForm
              key={adapter.id}
              of={adapter}
              begun={begun}
              made={() => setIsMade(true)}
              done={done}
            />
          </Stack>
        )
      }}
    </Asked>
  )
}

function AdapterForm({
  of,
  begun,
  made,
  done,
}: {
  of: Adapter
  begun: (() => void) | undefined
  made: () => void
  done: ((id: string) => void) | undefined
}) {
  const navigate = useNavigate()
  const [id, setId] = useState(of.id === 'webhook' ? 'my-crm' : of.id)
  const [settings, setSettings] = useState<Values>({})
  const [secrets, setSecrets] = useState<Record<string, string>>({})
  const secretSchema = of.secrets as Schema
  const names = Object.keys(secretSchema.properties ?? {})
  const signs =
    of.id === 'webhook' && settings.preset === undefined && (settings.verify ?? 'standard') === 'standard'
  const [generate, setGenerate] = useState(true)
  const make = useAct('POST /api/v1/sources', ['GET /api/v1/sources', 'GET /api/v1/workspace'])
  const isGenerated = signs && generate
  const errorAt = (place: string) =>
    make.error?.issues.find(({ path }) => new RegExp(`(^|[./\\]])${place}([./[]|$)`).test(path))?.message
  if (make.data) {
    const go = () => (done ? done(make.data.id) : void navigate(`/sources/${make.data.id}`))
    return make.data.secret === null ? (
      <Done id={make.data.id} go={go} />
    ) : (
      <SecretOnce source={make.data.id} secret={make.data.secret} done={go} />
    )
  }
  return (
    <form
      className="card"
      onSubmit={(event) => {
        event.preventDefault()
        const given = Object.fromEntries(Object.entries(secrets).filter(([, text]) => text !== ''))
        begun?.()
        make.mutate(
          {
            body: {
              id,
              adapter: of.id,
              settings: settings as never,
              secrets: isGenerated ? {} : given,
              generate: isGenerated ? 'signing' : null,
            },
          },
          { onSuccess: made },
        )
      }}
    >
      <Stack gap="sm">
        <TextInput
          label="Name"
          description="short, small letters; part of the address that is posted to, and stays for ever"
          value={id}
          onChange={(event) => setId(event.currentTarget.value)}
          error={errorAt('id')}
        />
        {signs && (
          <Switch
            label="Make the signing secret here"
            description="It is shown once; your system signs each request with it, as Standard Webhooks says"
            checked={generate}
            onChange={(event) => setGenerate(event.currentTarget.checked)}
          />
        )}
        {!isGenerated &&
          names.map((name) => (
            <PasswordInput
              key={name}
              label={labelOf(name)}
              description={secretSchema.properties?.[name]?.description}
              autoComplete="off"
              value={secrets[name] ?? ''}
              onChange={(event) => setSecrets({ ...secrets, [name]: event.currentTarget.value })}
              error={errorAt(name)}
            />
          ))}
        <details open={of.id !== 'webhook' || make.error !== null}>
          <summary>Settings</summary>
          <div style={{ marginTop: 12 }}>
            <SchemaForm
              schema={of.settings as Schema}
              values={settings}
              onChange={setSettings}
              errorAt={errorAt}
            />
          </div>
        </details>
        <Failure problem={make.error} />
        <Button type="submit" loading={make.isPending} style={{ alignSelf: 'flex-start' }}>
          Add {of.title}
        </Button>
      </Stack>
    </form>
  )
}

function Done({ id, go }: { id: string; go: () => void }) {
  return (
    <div className="card">
      <h2>{id} is added</h2>
      <Button mt="md" onClick={go}>
        Go on
      </Button>
    </div>
  )
}
