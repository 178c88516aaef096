import { isMap, isPair, isScalar, LineCounter, parseDocument, type YAMLError } from 'yaml'
import { ClosebackError, type Issue } from '../model/errors.ts'
import type { Workspace } from '../model/workspace.ts'
import { parsePath } from './path.ts'
import { validateWorkspace } from './validate.ts'

/** More than this is not a settings file. */
const MAX_BYTES = 1_000_000
/** Anchors are a convenience; a few lines of them can unfold into gigabytes. */
const MAX_ALIASES = 100

export interface ParsedWorkspace {
  workspace: Workspace
  /** The line (from 1) in the text where a path such as `rules[0].send` stands, or the nearest thing around it. */
  lineOf(path: string): number | null
}

/**
 * Reads a workspace file, YAML or JSON (which is YAML). Throws `invalid` with everything that is wrong and its line,
 * `too_large` past 1 MB. `name` is the file as the user called it; `implied` is what it may leave out.
 */
export function parseWorkspaceText(
  text: string,
  name: string,
  implied: { version?: 1 } = {},
): ParsedWorkspace {
  if (Buffer.byteLength(text) > MAX_BYTES)
    throw new ClosebackError('too_large', `${name} is larger than 1 MB`, {
      remedy: 'Check that this is the workspace file.',
    })
  const lines = new LineCounter()
  const document = parseDocument(text, {
    lineCounter: lines,
    version: '1.2',
    schema: 'core',
    strict: true,
    uniqueKeys: true,
    merge: false,
    prettyErrors: false,
  })
  const faults = [...document.errors, ...document.warnings]
  if (faults.length > 0)
    throw refused(
      name,
      faults.map((fault) => syntaxIssue(fault, lines)),
    )

  const lineOf = (path: string) => {
    const offset = offsetAt(document.contents, parsePath(path))
    return offset === null ? null : lines.linePos(offset).line
  }
  const { workspace, issues } = validateWorkspace({ ...implied, ...unfold(document, name) }, [])
  // Problems of a document that can be read are listed with those of the plan, once.
  if (workspace === null)
    throw refused(
      name,
      issues.map((issue) => withLine(issue, lineOf)),
    )
  return { workspace, lineOf }
}

/** The same problem with its line in front. */
export function withLine(issue: Issue, lineOf: ParsedWorkspace['lineOf']): Issue {
  const line = lineOf(issue.path)
  return line === null ? issue : { ...issue, message: `line ${line}: ${issue.message}` }
}

function unfold(document: ReturnType<typeof parseDocument>, name: string): object {
  let value: unknown
  try {
    value = document.toJS({ maxAliasCount: MAX_ALIASES })
  } catch {
    throw refused(name, [{ path: '', message: 'anchors unfold into too much', remedy: 'Write it out.' }])
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value
  const message = value === null || value === undefined ? 'the file is empty' : 'this is not a workspace'
  throw refused(name, [{ path: '', message, remedy: 'Start it with "version: 1".' }])
}

function refused(name: string, issues: Issue[]): ClosebackError {
  return new ClosebackError('invalid', `${name} cannot be applied`, {
    remedy: 'Correct everything listed, then apply it again.',
    issues,
  })
}

function syntaxIssue(fault: YAMLError, lines: LineCounter): Issue {
  const { line, col } = lines.linePos(fault.pos[0])
  // The parser quotes what it stumbled over after a colon, and that may be a secret.
  const message =
    fault.code === 'DUPLICATE_KEY' ? 'this key stands here twice' : fault.message.replace(/:\s.*$/s, '')
  return { path: '', message: `line ${line}, column ${col}: ${message}` }
}

/** Follows a path as far as it goes: what is missing is reported where it should have been. */
function offsetAt(contents: unknown, path: (string | number)[]): number | null {
  let node = contents
  let offset = startOf(node)
  for (const step of path) {
    const pair = isMap(node)
      ? node.items.find(({ key }) => isScalar(key) && String(key.value) === String(step))
      : null
    const next = isPair(pair)
      ? pair.value
      : typeof step === 'number' && typeof node === 'object' && node !== null && 'items' in node
        ? Array.isArray(node.items) && node.items[step]
        : null
    if (!next) return (pair ? startOf(pair.key) : null) ?? offset
    offset = (pair ? startOf(pair.key) : null) ?? startOf(next) ?? offset
    node = next
  }
  return offset
}

function startOf(node: unknown): number | null {
  if (typeof node !== 'object' || node === null || !('range' in node)) return null
  return Array.isArray(node.range) && typeof node.range[0] === 'number' ? node.range[0] : null
}
