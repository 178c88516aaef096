import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { addPerson } from '../../core/ledger/people.ts'
import { hashPassword } from '../auth/passwords.ts'
import type { Closeback } from '../compose.ts'

/** Builds the console of a checkout while the story is told; the published package brings it built. */
export async function buildConsole(): Promise<void> {
  const script = join(import.meta.dirname, '../ui/build.ts')
  if (existsSync(script)) await promisify(execFile)(process.execPath, [script])
}

/** Somebody who may sign in to the demo's console. */
export async function addDemoOwner({ ledger }: Closeback): Promise<{ email: string; password: string }> {
  const email = 'demo@example.com'
  const password = `demo-${randomBytes(6).toString('hex')}`
  const kept = await hashPassword(password)
  await addPerson(ledger.db, { email, name: 'Demo', role: 'owner', password: kept }, ledger.now())
  return { email, password }
}
