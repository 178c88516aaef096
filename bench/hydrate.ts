import { DatabaseSync } from 'node:sqlite'
import { claim, putBack } from '../core/ledger/outbox.ts'
import type { Closeback } from '../server/compose.ts'
import { inHome } from '../server/config.ts'
import { fill } from './fill.ts'
import { median } from './paired.ts'
import { openCloseback } from './prepared.ts'
import { type Bench, micros, perSecond } from './row.ts'
import { CONNECTION_ID } from './samples.ts'
import { temporaryHome } from './spawned.ts'

const NOWHERE = 'http://127.0.0.1:9'
const CLAIM = 1000
const SMALL = 10_000

/** From the inbox to deliveries, and what one claim costs an event when few or many others wait. */
export const hydrate: Bench = async ({ quick }) => {
  const { home, remove } = await temporaryHome()
  const closeback = await openCloseback(home, NOWHERE)
  try {
    const rates: number[] = []
    const rounds = quick ? 4 : 8
    for (let round = 0; round < rounds; round++) {
      const ms = await fill(closeback, (round * SMALL) / rounds, SMALL / rounds)
      if (round > 0) rates.push((SMALL / rounds / ms) * 1000)
    }
    const few = await claimUs(closeback)
    const large = quick ? 100_000 : 200_000
    multiply(inHome(closeback.config, 'ledger.db'), large / SMALL)
    const many = await claimUs(closeback)
    const informs = { ratio: null, target: '', met: null }
    const k = large / 1000
    return {
      rows: [
        { what: 'inbox to deliveries', figure: perSecond(median(rates)), against: '', ...informs },
        {
          ...informs,
          what: `claim, ${k}k against 10k waiting`,
          figure: micros(many),
          against: micros(few),
          ratio: few / many,
        },
      ],
      notes: [],
    }
  } finally {
    await closeback.close()
    await remove()
  }
}

/** Microseconds an event to claim a thousand of them and give them back. */
async function claimUs({ ledger, pipeline, store }: Closeback): Promise<number> {
  const eventSourceId = store.current.workspace.connections[0]?.eventSets.web ?? ''
  const times: number[] = []
  for (let turn = 0; turn < 20; turn++) {
    const now = ledger.now()
    const wanted = { connectionId: CONNECTION_ID, eventSourceId, limit: CLAIM, holder: pipeline.holder }
    const startedAt = performance.now()
    const claimed = await claim(ledger, { ...wanted, earliest: now, latest: now })
    times.push(((performance.now() - startedAt) * 1000) / CLAIM)
    if (claimed.deliveries.length !== CLAIM) throw new Error('fewer deliveries wait than were put there')
    await putBack(ledger, claimed)
  }
  return median(times)
}

/** Repeats every delivery under other ids: 200,000 through the pipeline would take longer than all benches together. */
function multiply(file: string, times: number): void {
  const ledger = new DatabaseSync(file)
  const columns = ledger
    .prepare("select name from pragma_table_info('deliveries') where name != 'id'")
    .all()
    .map(({ name }) => String(name))
  const values = columns.map((name) =>
    name === 'origin_id' ? 'origin_id + n * 1000000' : name === 'event_id' ? "event_id || '-' || n" : name,
  )
  ledger.exec(
    `with recursive copies (n) as (select 1 union all select n + 1 from copies where n < ${times - 1})
     insert into deliveries (${columns.join()}) select ${values.join()} from deliveries, copies`,
  )
  ledger.close()
}
