import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { erase } from '../../../core/pipeline/erase.ts'
import { type ImportReport, importRows } from '../../../core/pipeline/history/import.ts'
import { preview } from '../../../core/pipeline/history/preview.ts'
import type { ColumnMap } from '../../../server/import/column-map.ts'
import { openRows } from '../../../server/import/read-rows.ts'
import { onBothEngines } from '../../support/engines.ts'
import type { Pair } from '../../support/pair.ts'
import { connection, settings, won } from '../../support/samples.ts'
import { START } from '../../support/test-clock.ts'
import { rowCounts } from './row-counts.ts'

const DAY = 86_400_000
const MAP: ColumnMap = {
  columns: {
    'record.id': 'deal',
    stage: { column: 'stage', lookup: { Won: 'won', Lost: 'lost' } },
    occurredAt: { column: ['closed', 'opened'], format: 'M/D/YYYY', timezone: 'UTC' },
    amount: 'amount',
    currency: { value: 'USD' },
    'contact.email': 'mail',
  },
}
const HEADER = 'deal,stage,closed,opened,amount,mail'
const day = (ago: number) =>
  new Date(START - ago * DAY).toISOString().replace(/^(\d+)-(\d+)-(\d+).*/, '$2/$3/$1')
const row = (name: string, more: Partial<Record<'stage' | 'closed' | 'opened' | 'amount', string>> = {}) => {
  const { stage = 'Won', closed = day(1), opened = '', amount = '10.00' } = more
  return [name, stage, closed, opened, amount, `${name.toLowerCase()}@example.com`].join(',')
}

async function run(
  pair: Pair,
  file: string | Buffer,
  { yes = true, map = MAP }: { yes?: boolean; map?: ColumnMap } = {},
): Promise<ImportReport> {
  const { pipeline, inbox } = pair.closeback
  const path = join(pair.env.CLOSEBACK_HOME ?? '', 'deals.csv')
  await writeFile(path, file)
  const active = (await pipeline.settings()).sources.get('shop-crm')
  if (!active) throw new Error('no source')
  const { rows } = await openRows(path, map)
  const commit = (tickets: Parameters<typeof inbox.add>[0][]) => Promise.all(tickets.map(inbox.add))
  return importRows(pipeline, { active, rows, write: yes ? { commit, actor: 'cli' } : null })
}

/** The same proportions as a year of a sales team: won, lost, open, and some without any date. */
function sales(deals: number): { text: string; won: number; worth: number; timeless: number } {
  const lines = [HEADER]
  const sum = { won: 0, worth: 0, timeless: 0 }
  for (let n = 0; n < deals; n++) {
    const amount = 50 + ((n * 7919) % 5000)
    if (n % 17 === 0) {
      sum.timeless++
      lines.push(row(`T-${n}`, { stage: 'Prospecting', closed: '', amount: '' }))
    } else if (n % 2 === 0) {
      sum.won++
      sum.worth += amount
      lines.push(row(`W-${n}`, { amount: String(amount) }))
    } else if (n % 3 === 0) lines.push(row(`L-${n}`, { stage: 'Lost', amount: '0' }))
    else lines.push(row(`E-${n}`, { stage: 'Engaging', closed: '', opened: day(2), amount: '' }))
  }
  return { text: lines.join('\n'), ...sum }
}

onBothEngines('import', (pairOf) => {
  it('takes a year of deals in to the last cent, names what has no time, and sends what was won', async () => {
    const pair = await pairOf()
    const { text, won, worth, timeless } = sales(600)
    const before = await rowCounts(pair)
    const looked = await run(pair, text, { yes: false })
    expect(await rowCounts(pair)).toEqual(before)
    const done = await run(pair, text)
    expect(looked).toEqual(done)
    expect(done).toMatchObject({
      rows: 600,
      received: 600 - timeless,
      duplicates: 0,
      broken: timeless,
      lines: [{ goes: { count: won, values: [{ amount: `${worth}.00`, currency: 'USD' }] }, tooOld: 0 }],
      samples: [{ line: 3 }, { line: 4 }, { line: 5, fields: ['email'] }],
    })
    expect(done.brokenRows[0]).toMatchObject({
      line: 2,
      issues: [{ path: '/occurredAt', message: 'is missing' }],
    })
    expect(done.stages).toContainEqual({
      stage: 'won',
      milestone: 'won',
      count: won,
      values: [{ amount: `${worth}.00`, currency: 'USD' }],
    })
    expect(await pair.cycle()).toMatchObject({ accepted: won })

    const again = await run(pair, text)
    expect(again).toMatchObject({
      received: 0,
      duplicates: 600 - timeless,
      broken: timeless,
      lines: [{ goes: { count: 0 } }],
    })
    expect(await run(pair, text, { yes: false })).toMatchObject({ received: 0, duplicates: 600 - timeless })
    expect(await pair.cycle()).toMatchObject({ accepted: 0 })
  })

  it('sends nothing from before the start: that takes a backfill', async () => {
    const pair = await pairOf({
      settings: settings({ connections: [connection({ startAt: new Date(START - 2 * DAY).toISOString() })] }),
    })
    const text = [HEADER, row('D-1'), row('D-2', { closed: day(3) }), row('D-3', { closed: day(40) })].join(
      '\n',
    )
    expect((await run(pair, text)).lines).toMatchObject([
      { goes: { count: 1 }, tooOld: 0, reasons: [{ reason: 'before_start', count: 2 }] },
    ])
    expect(await pair.cycle()).toMatchObject({ accepted: 1 })
  })

  it('says what is too old for TikTok, which nothing sends', async () => {
    const pair = await pairOf()
    const text = [HEADER, row('D-1'), row('D-2', { closed: day(29) })].join('\n')
    expect((await run(pair, text)).lines).toMatchObject([{ goes: { count: 1 }, tooOld: 1 }])
    expect(await pair.cycle()).toMatchObject({ accepted: 1, expired: 1 })
  })

  it('keeps the first of two rows with one key', async () => {
    const pair = await pairOf()
    const text = [HEADER, row('D-1'), row('D-1'), row('D-1', { amount: '11.00' })].join('\n')
    const expected = { received: 1, duplicates: 1, conflicts: 1 }
    expect(await run(pair, text, { yes: false })).toMatchObject(expected)
    expect(await run(pair, text)).toMatchObject(expected)
  })

  it('counts a deal once that a webhook brought already', async () => {
    const pair = await pairOf()
    await pair.post([won('D-1')])
    await pair.cycle()
    const report = await run(pair, [HEADER, row('D-1'), row('D-2')].join('\n'))
    expect(report).toMatchObject({
      received: 2,
      lines: [{ goes: { count: 1 }, reasons: [{ reason: 'repeated', count: 1 }] }],
    })
    expect(await pair.cycle()).toMatchObject({ accepted: 1 })
  })

  it('sends nothing of a person who asked to be forgotten', async () => {
    const pair = await pairOf()
    await erase(pair.closeback.pipeline, { emails: ['d-2@example.com'], phones: [], externalIds: [] }, 'cli')
    const text = [HEADER, row('D-1'), row('D-2')].join('\n')
    const expected = {
      received: 2,
      lines: [{ goes: { count: 1 }, reasons: [{ reason: 'suppressed', count: 1 }] }],
    }
    expect(await run(pair, text, { yes: false })).toMatchObject(expected)
    expect(await run(pair, text)).toMatchObject(expected)
    expect(await pair.reasons()).toEqual(['suppressed'])
    const request = { since: START - 9 * DAY, sourceId: null }
    const { present } = await preview(pair.closeback.pipeline, request)
    expect(present.lines).toMatchObject([
      { would: { count: 1 }, reasons: [{ reason: 'suppressed', count: 1 }] },
    ])
    expect(await pair.cycle()).toMatchObject({ accepted: 1 })
  })

  const german = (text: string) => text.replaceAll(',', ';').replaceAll('10.00', '1.234,56')
  const comma: ColumnMap = { ...MAP, decimal: 'comma' }
  const file = [HEADER, row('Müller'), row('D-2')].join('\r\n')
  const utf16be = (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le').swap16()
  it.each([
    ['UTF-8', Buffer.from(file), MAP],
    ['UTF-8 with a byte order mark', Buffer.from(`\ufeff${file}`), MAP],
    ['UTF-16 LE', Buffer.from(`\ufeff${file}`, 'utf16le'), MAP],
    ['UTF-16 LE without a mark', Buffer.from(file, 'utf16le'), MAP],
    ['UTF-16 BE', utf16be(file), MAP],
    ['Windows-1252', Buffer.from(file, 'latin1'), MAP],
    ['tabs', Buffer.from(file.replaceAll(',', '\t')), MAP],
    ['semicolons and decimal commas', Buffer.from(german(file)), comma],
  ])('reads %s', async (_, bytes, map) => {
    const pair = await pairOf()
    const report = await run(pair, bytes, { map })
    expect(report).toMatchObject({ received: 2, broken: 0 })
    const deals = await pair.closeback.ledger.db
      .selectFrom('deals')
      .select('record_id')
      .orderBy('id')
      .execute()
    expect(deals.map((deal) => deal.record_id)).toEqual(['D-2', 'Müller'])
    if (map === comma) expect(report.stages[0]?.values).toEqual([{ amount: '2469.12', currency: 'USD' }])
  })

  it('names every broken row of a hostile file and loses no good one', async () => {
    const pair = await pairOf()
    const lines = [
      HEADER,
      row('D-1'),
      row('D-2', { amount: '"1.234,56"' }),
      'D-3,"Won',
      row('D-4'),
      `D-5,Won,${day(1)},,10.00,a\0b`,
      'x'.repeat(10_000_000),
      row('D-6', { closed: '31/12/2026' }),
      'D-7,Won',
      row('D-8', { closed: '1/1/2099' }),
      row('D-9', { amount: '10.005' }),
      row('D-10'),
    ]
    const report = await run(pair, lines.join('\n'))
    expect(report).toMatchObject({ rows: 11, received: 3, broken: 8 })
    expect(report.brokenRows.map(({ line, issues }) => [line, issues[0]?.path, issues[0]?.message])).toEqual([
      [3, '/amount', expect.stringContaining('comma')],
      [4, '', 'a quote is opened and never closed'],
      [6, '', 'holds a NUL, which is not text'],
      [7, '', 'the line is longer than 1 MB'],
      [8, '/occurredAt', 'is not a date that exists'],
      [9, '', 'has 2 cells where the header has 6'],
      [10, '/occurredAt', 'is more than 5 minutes in the future'],
      [11, '/amount', expect.stringContaining('thousand')],
    ])
    expect(await pair.cycle()).toMatchObject({ accepted: 3 })
  })

  it('names rows that are no text in the encoding they are said to be in', async () => {
    const pair = await pairOf()
    const report = await run(pair, Buffer.from(file, 'latin1'), { map: { ...MAP, encoding: 'utf-8' } })
    expect(report).toMatchObject({ received: 1, broken: 1, brokenRows: [{ line: 2 }] })
  })
})
