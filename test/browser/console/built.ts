import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'

/** Builds the console as `npm start` does, when its sources are newer than what is there. */
export async function built(): Promise<void> {
  await promisify(execFile)(process.execPath, [join(import.meta.dirname, '../../../server/ui/build.ts')])
}
