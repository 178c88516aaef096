import { ClosebackError } from '../../core/model/errors.ts'
import type { Terminal } from './terminal.ts'
import { wrap } from './wrap.ts'

/** What went wrong, as `--json` prints it under `error`. */
export interface Failure {
  /** A code of ClosebackError, `usage` for a wrong command line, `unexpected` for everything else. */
  code: string
  message: string
  remedy: string
  issues: { path: string; message: string; remedy?: string }[]
}

/** What may be said about an error. Messages of errors nobody foresaw may quote anything, so only their kind is told. */
export function failureOf(error: unknown): Failure {
  if (error instanceof ClosebackError) {
    const { code, message, remedy, issues } = error
    return { code, message, remedy, issues }
  }
  const kind = error instanceof Error ? error.name : typeof error
  const code = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : ''
  return {
    code: 'unexpected',
    message: `Something happened that Closeback did not expect: ${kind}${code}.`,
    remedy: 'Run it again with LOG_LEVEL=debug to see where, and report that without its personal data.',
    issues: [],
  }
}

/** For people: what happened, every single thing that is wrong, and what to do. */
export function failureText(
  { message, remedy, issues }: Failure,
  { width }: Pick<Terminal, 'width'>,
): string {
  const lines = [wrap(sentence(message), width)]
  for (const issue of issues) {
    const where = issue.path === '' ? '' : `${issue.path}: `
    lines.push(wrap(`  ${where}${issue.message}`.trimEnd(), width, '    ').replace(/^/, '  '))
    if (issue.remedy !== undefined) lines.push(`    ${wrap(issue.remedy, width - 4, '    ')}`)
  }
  return `${[...lines, wrap(remedy, width)].join('\n')}\n`
}

/** Messages of errors are clauses; alone they are a sentence. Names stay as they are: of a file at the beginning, an address alone. */
export function sentence(message: string): string {
  if (!message.includes(' ')) return message
  const head = /^[a-z]+[ ,]/.test(message) ? message.charAt(0).toUpperCase() + message.slice(1) : message
  return /[.!?)]$/.test(head) ? head : `${head}.`
}

/** 2 for what the caller or the installation has to put right, 1 for everything else. */
export function exitCodeOf({ code }: Failure): 1 | 2 {
  return ['usage', 'invalid', 'too_large', 'unsupported', 'config'].includes(code) ? 2 : 1
}
