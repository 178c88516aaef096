import { Tabs } from '@mantine/core'
import { useSearchParams } from 'react-router'
import { useMay } from '../../app/session.ts'
import { PageHead } from '../../parts/page-head.tsx'
import { ApiKeys } from './api-keys.tsx'
import { Audit } from './audit.tsx'
import { House } from './house.tsx'
import { People } from './people.tsx'
import { You } from './you.tsx'

/** Who may do what? */
export default function SettingsPage() {
  const [params, setParams] = useSearchParams()
  const may = useMay()
  const tabs = [
    { id: 'people', title: 'People', is: may('GET /api/v1/people'), part: <People /> },
    { id: 'keys', title: 'API keys', is: may('GET /api/v1/api-keys'), part: <ApiKeys /> },
    { id: 'house', title: 'Rates and retention', is: may('GET /api/v1/workspace'), part: <House /> },
    { id: 'audit', title: 'Audit log', is: may('GET /api/v1/activity'), part: <Audit /> },
    { id: 'you', title: 'You', is: true, part: <You /> },
  ].filter(({ is }) => is)
  const tab = tabs.find(({ id }) => id === params.get('tab')) ?? tabs[0]
  return (
    <>
      <PageHead title="Settings">Who may do what, and how long things are kept.</PageHead>
      <Tabs
        value={tab?.id ?? null}
        onChange={(value) => value && setParams({ tab: value }, { replace: true })}
        keepMounted={false}
      >
        <Tabs.List mb="md">
          {tabs.map(({ id, title }) => (
            <Tabs.Tab key={id} value={id}>
              {title}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {tabs.map(({ id, part }) => (
          <Tabs.Panel key={id} value={id}>
            {part}
          </Tabs.Panel>
        ))}
      </Tabs>
    </>
  )
}
