import type { z } from 'zod'
import { closest } from '../model/closest.ts'
import type { Issue } from '../model/errors.ts'
import type { SecretRef, Workspace } from '../model/workspace.ts'
import { issuesOf } from './issues.ts'
import { formatPath } from './path.ts'
import type { WorkspaceCheck } from './validate.ts'

/** What an adapter says about its settings and secrets. Every `SourceAdapter` is one. */
interface AdapterForm {
  settings: z.ZodType
  /** Takes each secret as a list of one or two texts. */
  secrets: z.ZodType
}

/** By adapter id. */
export type KnownAdapters = ReadonlyMap<string, AdapterForm>

/** Every source names an adapter that is there, and gives it the settings and secrets it asks for. */
export function checkSources(adapters: KnownAdapters): WorkspaceCheck {
  return ({ sources }: Workspace): Issue[] =>
    sources.flatMap((source, index) => {
      const form = adapters.get(source.adapter)
      if (form === undefined)
        return [unknownAdapter(formatPath(['sources', index, 'adapter']), source.adapter, adapters)]
      const settings = form.settings.safeParse(source.settings)
      return [
        ...(settings.error
          ? issuesOf(settings.error.issues, source.settings, form.settings, ['sources', index, 'settings'])
          : []),
        ...secretIssues(source.secrets, form.secrets, index),
      ]
    })
}

function unknownAdapter(path: string, id: string, adapters: KnownAdapters): Issue {
  const available = `Use one of: ${[...adapters.keys()].join(', ')}.`
  const meant = closest(id, adapters.keys())
  return {
    path,
    message: `there is no adapter "${id}"`,
    remedy: meant === null ? available : `Did you mean "${meant}"?`,
  }
}

/** A reference is not resolved here, so only names and numbers are held against the form; values given are checked whole. */
function secretIssues(
  secrets: Record<string, SecretRef | SecretRef[]>,
  form: z.ZodType,
  index: number,
): Issue[] {
  const refs = Object.entries(secrets).map(([name, said]) => [name, [said].flat()] as const)
  const texts = Object.fromEntries(
    refs.map(([name, list]) => [name, list.map((ref) => ('value' in ref ? ref.value : 'unresolved'))]),
  )
  const read = form.safeParse(texts)
  if (read.success) return []
  const unknown = new Set<string>()
  for (const [name, list] of refs) if (!list.every((ref) => 'value' in ref)) unknown.add(name)
  const found = read.error.issues.filter(({ path }) => path.length < 2 || !unknown.has(String(path[0])))
  return issuesOf(found, texts, form, ['sources', index, 'secrets'])
}
