import { z } from 'zod'
import { Workspace } from '../model/workspace.ts'

const TITLES: Record<string, string> = {
  alerts: 'Alerts: who is told when something is wrong',
  connections: 'Connections: TikTok advertisers',
  sources: 'Sources: CRMs and other systems that tell of deals',
  rules: 'Rules: which stage change becomes which TikTok event',
  rates: 'Rates: dated exchange rates',
  audits: 'Audits: what is watched from week to week',
  retention: 'Retention: how long what was said is kept',
  capture: 'Capture: which sites may tell of visits',
}

/** The JSON Schema of a workspace file, as people write it: editors complete and check with it. */
export function workspaceJsonSchema(): Record<string, unknown> {
  const { $schema, properties, ...rest } = z.toJSONSchema(Workspace, { io: 'input' })
  const titled = Object.fromEntries(
    Object.entries(properties ?? {}).map(([name, schema]) => {
      const title = TITLES[name]
      return [name, title === undefined || typeof schema === 'boolean' ? schema : { title, ...schema }]
    }),
  )
  return { $schema, title: 'Closeback workspace', ...rest, properties: titled }
}
