import { checkSource } from '../source-check.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { wrap } from '../terminal/wrap.ts'
import { checkAlerts } from './check-alerts.ts'
import { checkConnection } from './check-connection.ts'
import type { Finding } from './finding.ts'
import { known } from './known.ts'
import type { Outcome } from './outcome.ts'
import { withCloseback } from './with-closeback.ts'

/** Preflight of one source or connection, or of all: what is not as it should be, and what to do about it. */
export async function check(terminal: Terminal, { target }: { target: string | null }): Promise<Outcome> {
  return withCloseback(terminal, async (closeback) => {
    const { workspace } = closeback.store.current
    const wanted = ({ id }: { id: string }) => target === null || id === target
    if (target !== null)
      known('source or connection', target, [...workspace.connections, ...workspace.sources])
    const connections = []
    for (const connection of workspace.connections.filter(wanted))
      connections.push(await checkConnection(closeback, connection))
    const sources = []
    for (const source of workspace.sources.filter(wanted)) sources.push(await checkSource(closeback, source))

    const isEmpty = connections.length + sources.length === 0
    const alerts = target === null && !isEmpty ? await checkAlerts(closeback) : []

    const all = [...[...connections, ...sources].flatMap(({ findings }) => findings), ...alerts]
    const ok = all.every(({ status }) => status !== 'failed')
    const blocks = [
      ...connections.map(({ id, findings }) => block(`connection ${id}`, findings, terminal.width)),
      ...sources.map(({ id, adapter, findings }) =>
        block(`source ${id} (${adapter})`, findings, terminal.width),
      ),
      ...(alerts.length > 0 ? [block('alerts', alerts, terminal.width)] : []),
    ]
    const text = blocks.length === 0 ? 'Nothing is set up yet: apply a workspace first.\n' : blocks.join('\n')
    return {
      exit: ok ? 0 : 1,
      document: { ok, connections, sources, alerts },
      text: `${text}${blocks.length === 0 ? '' : `\n${summary(all)}\n`}`,
    }
  })
}

const MARKS = { ok: 'ok', warning: 'warn', failed: 'FAIL', not_checked: '-' } as const

const BELOW = 8

/** Findings under a title, one or more lines each. */
export function block(title: string, findings: readonly Finding[], width: number): string {
  const longest = Math.max(...findings.map(({ name }) => name.length))
  const lines = findings.map(({ name, status, detail, remedy }) => {
    const head = `  ${MARKS[status].padEnd(4)}  ${name.padEnd(longest)}  `
    const parts = remedy === null ? [detail] : [detail, remedy]
    // An address that does not fit beside the name stands below it.
    const fits = parts
      .join(' ')
      .split(' ')
      .every((word) => word.length <= width - head.length)
    const indent = fits ? head.length : BELOW
    const text = parts.map((part) => wrap(part, width - indent)).join('\n')
    const hung = text.replaceAll('\n', `\n${' '.repeat(indent)}`)
    return fits ? `${head}${hung}` : `${head.trimEnd()}\n${' '.repeat(indent)}${hung}`
  })
  return `${[title, ...lines].join('\n')}\n`
}

/** How many of each. */
export function summary(findings: readonly Finding[]): string {
  const count = (status: Finding['status']) => findings.filter((each) => each.status === status).length
  const [bad, warned, unknown] = [count('failed'), count('warning'), count('not_checked')]
  const parts = [
    `${count('ok')} ok`,
    ...(warned > 0 ? [`${warned} ${warned === 1 ? 'warning' : 'warnings'}`] : []),
    ...(unknown > 0 ? [`${unknown} not checked`] : []),
    `${bad} failed`,
  ]
  return `${parts.join(', ')}.`
}
