import { z } from 'zod'
import { closest } from '../model/closest.ts'
import type { Issue } from '../model/errors.ts'
import { formatPath, type Path } from './path.ts'

type ZodIssue = z.core.$ZodIssue

/**
 * Zod's problems in words for people who write settings, with the path in the whole document. `prefix` is where the
 * checked value stands. Says what is expected, never what was given: it may be a secret.
 */
export function issuesOf(
  found: readonly ZodIssue[],
  input: unknown,
  schema: z.ZodType,
  prefix: Path = [],
): Issue[] {
  const known = knownKeys(schema)
  return found.flatMap((issue) => describe(issue, [], input, known, prefix))
}

type KnownKeys = (path: Path) => string[]

function describe(issue: ZodIssue, above: Path, input: unknown, known: KnownKeys, prefix: Path): Issue[] {
  const path = [...above, ...issue.path.map((step) => (typeof step === 'symbol' ? String(step) : step))]
  const where = formatPath([...prefix, ...path])
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => unknownKey(formatPath([...prefix, ...path, key]), key, known(path)))
  if (issue.code === 'invalid_union') {
    const branch = likeliest(issue.errors)
    if (branch !== null) return branch.flatMap((inner) => describe(inner, path, input, known, prefix))
  }
  const given = valueAt(input, path)
  if (given === undefined && issue.code !== 'custom') return [{ path: where, message: 'is missing' }]
  if (issue.code === 'invalid_type') return [wrongType(where, issue.expected, given)]
  if (issue.code === 'invalid_value' && issue.values.length > 1)
    return [{ path: where, message: `must be one of ${issue.values.map(String).join(', ')}` }]
  return [{ path: where, message: issue.message }]
}

function unknownKey(path: string, key: string, known: string[]): Issue {
  const meant = closest(key, known)
  return {
    path,
    message: 'is not a known setting',
    remedy: meant === null ? `Use one of: ${known.join(', ')}.` : `Did you mean "${meant}"?`,
  }
}

function wrongType(path: string, expected: string, given: unknown): Issue {
  const message = `must be ${article(expected)}, not ${article(kindOf(given))}`
  if (expected !== 'string' || (typeof given !== 'number' && typeof given !== 'boolean'))
    return { path, message }
  return { path, message, remedy: 'Put it in quotes.' }
}

function kindOf(value: unknown): string {
  if (value === null) return 'null'
  return Array.isArray(value) ? 'array' : typeof value
}

const NOUNS: Record<string, string> = {
  string: 'a text',
  array: 'a list',
  object: 'an object',
  record: 'an object',
  int: 'a whole number',
  boolean: 'true or false',
  null: 'empty',
}

function article(type: string): string {
  return NOUNS[type] ?? `a ${type}`
}

/** Of several forms, the one the writer had in mind: it fits by type and has fewer problems than every other. */
function likeliest(branches: ZodIssue[][]): ZodIssue[] | null {
  const fitting = branches
    .filter((branch) => !branch.some(({ code, path }) => code === 'invalid_type' && path.length === 0))
    .sort((a, b) => a.length - b.length)
  const [best, second] = fitting
  if (best === undefined || best.length === second?.length) return null
  return best
}

function valueAt(value: unknown, path: Path): unknown {
  let at = value
  for (const step of path) {
    if (typeof at !== 'object' || at === null) return undefined
    at = Object.entries(at).find(([key]) => key === String(step))?.[1]
  }
  return at
}

/** Which keys may stand at a path, read from the JSON Schema; several forms of a value give the keys of all. */
function knownKeys(schema: z.ZodType): KnownKeys {
  let root: unknown
  return (path) => {
    root ??= z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' })
    let nodes = alternatives(root)
    for (const step of path)
      nodes = nodes.flatMap((node) => {
        if (typeof step === 'number') return alternatives(node.items)
        return alternatives(child(node.properties, step) ?? node.additionalProperties)
      })
    return nodes.flatMap((node) => Object.keys(isObject(node.properties) ? node.properties : {}))
  }
}

function child(properties: unknown, key: string): unknown {
  return isObject(properties) && Object.hasOwn(properties, key) ? properties[key] : undefined
}

function alternatives(node: unknown): Record<string, unknown>[] {
  if (!isObject(node)) return []
  const forms = Array.isArray(node.anyOf) ? node.anyOf : [node]
  return forms.flatMap((form) => (form === node ? [node] : alternatives(form)))
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
