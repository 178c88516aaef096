import type { z } from 'zod'
import type { Issue } from '../model/errors.ts'
import { Workspace } from '../model/workspace.ts'
import { checkWorkspace, type WorkspaceDraft } from './check-workspace.ts'
import { issuesOf } from './issues.ts'

/** Something a whole document must hold beyond its schema; every problem at once. */
export type WorkspaceCheck = (workspace: Workspace) => Issue[]

export interface Validated {
  /** Null when the schema refuses it; with `issues` otherwise still not to be used. */
  workspace: Workspace | null
  issues: Issue[]
}

/** Holds a document against the schema, its own rules and the given checks, and lists every problem. */
export function validateWorkspace(input: unknown, checks: readonly WorkspaceCheck[]): Validated {
  const read = Workspace.safeParse(input)
  if (read.success) {
    const workspace = read.data
    return {
      workspace,
      issues: [...checkWorkspace(workspace), ...checks.flatMap((check) => check(workspace))],
    }
  }
  return {
    workspace: null,
    issues: [...issuesOf(read.error.issues, input, Workspace), ...checkWorkspace(salvage(input))],
  }
}

/** The entries that can be read, at their places, so that one bad line does not hide what is wrong with the others. */
function salvage(input: unknown): WorkspaceDraft {
  const { connections, sources, rules, rates } = Workspace.shape
  const said = typeof input === 'object' && input !== null ? input : {}
  const entries = <T>(key: keyof WorkspaceDraft, list: z.ZodDefault<z.ZodArray<z.ZodType<T>>>) => {
    const value: unknown = Object.entries(said).find(([name]) => name === key)?.[1]
    if (!Array.isArray(value)) return []
    const one = list.unwrap().element
    return value.map((entry) => one.safeParse(entry).data ?? null)
  }
  return {
    connections: entries('connections', connections),
    sources: entries('sources', sources),
    rules: entries('rules', rules),
    rates: entries('rates', rates),
  }
}
