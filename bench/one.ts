import { arrays } from './arrays.ts'
import { backfill } from './backfill.ts'
import { beside } from './beside.ts'
import { capture } from './capture.ts'
import { consolePages } from './console.ts'
import { event } from './event.ts'
import { hubspot } from './hubspot.ts'
import { hydrate } from './hydrate.ts'
import { insights } from './insights.ts'
import { markov } from './markov.ts'
import { memory } from './memory.ts'
import { push } from './push.ts'
import { report } from './report.ts'
import type { Bench } from './row.ts'
import { salesforce } from './salesforce.ts'
import { stream } from './stream.ts'
import { webhooks } from './webhooks.ts'

const BENCHES: Record<string, Bench> = {
  event,
  webhooks,
  arrays,
  stream,
  hydrate,
  push,
  memory,
  beside,
  markov,
  report,
  salesforce,
  hubspot,
  backfill,
  insights,
  capture,
  console: consolePages('sqlite'),
  'console-postgres': consolePages('postgres'),
}

const [name = '', ...flags] = process.argv.slice(2)
const bench = BENCHES[name]
if (!bench) throw new Error(`there is no bench "${name}"`)
const measured = await bench({ quick: flags.includes('--quick') })
process.send?.(measured, () => process.disconnect())
