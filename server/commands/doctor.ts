import { ClosebackError } from '../../core/model/errors.ts'
import { readConfig } from '../config.ts'
import { examineHost, examineLedger } from '../operator/doctor.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { block, summary } from './check.ts'
import { type Finding, failed } from './finding.ts'
import type { Outcome } from './outcome.ts'
import { withCloseback } from './with-closeback.ts'

/** Examines this installation: what would lose something, or send it wrong, before it does. */
export async function doctor(terminal: Terminal): Promise<Outcome> {
  const config = readConfig({ ...terminal.env, INIT_CWD: terminal.cwd })
  const findings = [...(await examineHost(config)), ...(await ledgerFindings(terminal))]
  const ok = findings.every(({ status }) => status !== 'failed')
  const text = `${block('this installation', findings, terminal.width)}\n${summary(findings)}\n`
  return { exit: ok ? 0 : 1, document: { ok, findings }, text }
}

/** A ledger that does not open is a finding like any other. */
async function ledgerFindings(terminal: Terminal): Promise<Finding[]> {
  try {
    return await withCloseback(terminal, examineLedger)
  } catch (error) {
    if (!(error instanceof ClosebackError)) throw error
    return [failed('start', error.message, error.remedy)]
  }
}
