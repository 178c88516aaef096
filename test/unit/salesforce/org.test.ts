import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { check } from '../../../adapters/salesforce/check.ts'
import { closed, closedTotals } from '../../../adapters/salesforce/closed.ts'
import { describe as describeOrg } from '../../../adapters/salesforce/describe.ts'
import { history } from '../../../adapters/salesforce/history.ts'
import { hydrate } from '../../../adapters/salesforce/hydrate.ts'
import { poll } from '../../../adapters/salesforce/poll/poll.ts'
import { isHydrated, type Said, type Ticket } from '../../../core/adapter.ts'
import type { JsonValue } from '../../../core/model/json.ts'
import { type SalesforceSandbox, startSalesforceSandbox } from '../../../fixtures/sandbox/salesforce/index.ts'
import { sandboxContext } from './sandbox-context.ts'

const NOW = Date.parse('2026-11-20T12:00:00Z')
const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

let sandbox: SalesforceSandbox
beforeEach(async () => {
  sandbox = await startSalesforceSandbox()
  sandbox.state.clock.freeze()
  sandbox.state.clock.set(NOW)
})
afterEach(() => sandbox.close())

type Ctx = ReturnType<typeof sandboxContext>

async function polled(
  ctx: Ctx,
  cursor: JsonValue | null = null,
): Promise<{ tickets: Ticket[]; cursor: JsonValue }> {
  const pages = await Array.fromAsync(poll(cursor, ctx))
  return { tickets: pages.flatMap(({ tickets }) => tickets), cursor: pages.at(-1)?.cursor ?? null }
}

function read(ctx: Ctx, tickets: readonly Ticket[]): Promise<Said[]> {
  return hydrate(
    tickets.map(({ key, record, content }) => ({ key, record, content, identity: null })),
    ctx,
  )
}

const at = (ms: number) => ({ at: NOW - ms })
const won = (values: Record<string, string | number | null> = {}, ms = HOUR): string => {
  const { user } = sandbox.state
  const id = user.create(
    'Opportunity',
    { Name: 'A', CloseDate: '2026-11-25', Amount: 100, ...values },
    at(ms + DAY),
  )
  user.update('Opportunity', id, { StageName: 'Closed Won' }, at(ms))
  return id
}

describe('money', () => {
  it('of a single-currency org is in the currency of the organisation', async () => {
    won({ Amount: 4200.5 })
    const ctx = sandboxContext(sandbox)
    const said = await read(ctx, (await polled(ctx)).tickets)
    expect(said[0]?.facts.amount).toEqual({ minor: 420_050, currency: 'USD' })
  })

  it('of a multi-currency org is in the currency of each deal', async () => {
    sandbox.state.switches.set({ 'currency.multi': 'on' })
    won({ Amount: 1000, CurrencyIsoCode: 'JPY' })
    won({ Amount: 10.5, CurrencyIsoCode: 'EUR' })
    const ctx = sandboxContext(sandbox)
    const said = (await read(ctx, (await polled(ctx)).tickets)).filter(isHydrated)
    expect(new Set(said.map(({ change }) => JSON.stringify(change.amount)))).toEqual(
      new Set(['{"minor":1000,"currency":"JPY"}', '{"minor":1050,"currency":"EUR"}']),
    )
  })

  it('is never in a currency that nobody named; check says what to set', async () => {
    sandbox.state.org.hide(['Organization.DefaultCurrencyIsoCode'])
    won()
    const ctx = sandboxContext(sandbox)
    const said = await read(ctx, (await polled(ctx)).tickets)
    expect(said[0]?.facts.amount).toBeNull()
    const failed = (await check(ctx)).filter(({ ok }) => !ok)
    expect(failed.map(({ name }) => name)).toEqual(['currency'])
    expect(failed[0]?.remedy).toContain('settings.defaultCurrency')
    const told = sandboxContext(sandbox, { defaultCurrency: 'EUR' })
    expect((await read(told, (await polled(told)).tickets))[0]?.facts.amount?.currency).toBe('EUR')
  })
})

describe('what the user may not see', () => {
  it('is left out of the statements and named by check, and stops nothing', async () => {
    sandbox.state.org.hide(['Opportunity.ttclid__c', 'Contact.Email', 'Lead.utm_source__c', 'LeadHistory'])
    const id = won()
    const ctx = sandboxContext(sandbox)
    const { tickets } = await polled(ctx)
    expect(
      (await read(ctx, tickets)).some((each) => isHydrated(each) && each.change.milestone === 'won'),
    ).toBe(true)
    expect(tickets.some(({ record }) => record.id === id)).toBe(true)
    const [fields] = (await check(ctx)).filter(({ name }) => name === 'fields')
    expect(fields?.ok).toBe(false)
    expect(fields?.detail).toContain('on Opportunity: ttclid__c')
    expect(fields?.remedy).toContain('permission set')
  })

  it('costs one poll when a field is taken away later, not a day: the org is read anew', async () => {
    const id = won()
    const ctx = sandboxContext(sandbox)
    await polled(ctx)
    sandbox.state.org.hide(['Opportunity.ttclid__c'])
    await expect(polled(ctx)).rejects.toMatchObject({ errorCode: 'INVALID_FIELD' })
    expect((await polled(ctx)).tickets.some(({ record }) => record.id === id)).toBe(true)
  })

  it('ends in a named error when it is the opportunities themselves', async () => {
    sandbox.state.org.hide(['Opportunity'])
    const [first] = await check(sandboxContext(sandbox))
    expect(first).toMatchObject({ name: 'log-in', ok: false })
    expect(first?.remedy).toContain('permission set')
  })

  it('may be leads alone: deals go on', async () => {
    sandbox.state.org.hide(['Lead'])
    won()
    const ctx = sandboxContext(sandbox)
    expect((await polled(ctx)).tickets).not.toEqual([])
    expect((await check(ctx)).filter(({ ok }) => !ok).map(({ name }) => name)).toContain('leads')
    expect((await check(sandboxContext(sandbox, { leads: false }))).every(({ ok }) => ok)).toBe(true)
  })

  it('is named when the API is off', async () => {
    sandbox.state.switches.set({ 'api.enabled': 'no' })
    const [first] = await check(sandboxContext(sandbox))
    expect(first).toMatchObject({ ok: false, name: 'log-in' })
    expect(first?.remedy).toContain('API Enabled')
  })
})

describe('leads', () => {
  it('tell their statuses from the tracked history', async () => {
    const { user } = sandbox.state
    const id = user.create(
      'Lead',
      { LastName: 'H', Company: 'N', Status: 'Open - Not Contacted' },
      at(3 * HOUR),
    )
    user.update('Lead', id, { Status: 'Working - Contacted' }, at(2 * HOUR))
    const ctx = sandboxContext(sandbox)
    const said = (await read(ctx, (await polled(ctx)).tickets)).filter(isHydrated)
    expect(said.map(({ change }) => [change.stage, change.previousStage, NOW - change.occurredAt])).toEqual([
      ['Open - Not Contacted', null, 3 * HOUR],
      ['Working - Contacted', 'Open - Not Contacted', 2 * HOUR],
    ])
  })

  it('that were merged tell which one they became', async () => {
    const { user } = sandbox.state
    const [a, b] = ['A', 'B'].map((LastName) => user.create('Lead', { LastName, Company: 'N' }, at(3 * HOUR)))
    user.merge('Lead', a ?? '', [b ?? ''], {}, at(HOUR))
    const ctx = sandboxContext(sandbox)
    const said = await read(ctx, (await polled(ctx)).tickets)
    expect(said.filter((each) => !isHydrated(each) && each.mergedIds)).toMatchObject([
      { record: { type: 'lead', id: a }, mergedIds: [b] },
    ])
    expect(said.some((each) => each.facts.presence === 'merged')).toBe(true)
  })
})

describe('person accounts', () => {
  it('are the contact of their deals', async () => {
    sandbox.state.switches.set({ 'accounts.person': 'on' })
    const { user } = sandbox.state
    const AccountId = user.create(
      'Account',
      { Name: 'Ada', IsPersonAccount: true, PersonEmail: 'ada@example.com', ttclid__pc: 'E.C.P.person' },
      at(3 * DAY),
    )
    won({ AccountId })
    const ctx = sandboxContext(sandbox)
    const [ticket] = (await polled(ctx)).tickets
    expect(ticket?.identity?.emails).toEqual(['ada@example.com'])
    const [said] = await read(ctx, ticket ? [ticket] : [])
    expect(said?.facts).toMatchObject({ hasContact: true, ttclid: 'E.C.P.person' })
  })
})

describe('the CRM book', () => {
  it('lists deals that are won and entered that stage in the period, by their last entry', async () => {
    const { user } = sandbox.state
    const inside = won({ Amount: 10 }, DAY)
    won({}, 40 * DAY)
    const again = won({ Amount: 30 }, 40 * DAY)
    user.update('Opportunity', again, { StageName: 'Proposal' }, at(3 * DAY))
    user.update('Opportunity', again, { StageName: 'Closed Won' }, at(2 * DAY))
    const reopened = won({}, 2 * DAY)
    user.update('Opportunity', reopened, { StageName: 'Proposal' }, at(DAY))
    const edited = won({}, 40 * DAY)
    user.update('Opportunity', edited, { Amount: 5 }, at(DAY))
    user.remove('Opportunity', won({}, DAY))
    const ctx = sandboxContext(sandbox)
    const deals = (await Array.fromAsync(closed({ from: NOW - 10 * DAY, to: NOW }, ctx))).flat()
    expect(
      new Map(deals.map(({ record, wonAt, amount }) => [record.id, [NOW - wonAt, amount?.minor]])),
    ).toEqual(
      new Map([
        [inside, [DAY, 1000]],
        [again, [2 * DAY, 3000]],
      ]),
    )
    expect(deals[0]?.closeDate).toBe('2026-11-25')
  })

  it('has the total of the org itself beside it, by close date and currency', async () => {
    sandbox.state.switches.set({ 'currency.multi': 'on' })
    won({ Amount: 0.1, CurrencyIsoCode: 'EUR' })
    won({ Amount: 0.2, CurrencyIsoCode: 'EUR' })
    won({ Amount: 500, CurrencyIsoCode: 'JPY' })
    won({ Amount: 1, CurrencyIsoCode: 'USD', CloseDate: '2026-12-25' })
    const totals = await closedTotals({ from: '2026-11-01', to: '2026-11-30' }, sandboxContext(sandbox))
    expect(totals.toSorted((a, b) => (a.currency < b.currency ? -1 : 1))).toEqual([
      { currency: 'EUR', count: 2, minor: 30n },
      { currency: 'JPY', count: 1, minor: 500n },
    ])
  })

  it('has no total where nothing was closed', async () => {
    expect(await closedTotals({ from: '2020-01-01', to: '2020-01-31' }, sandboxContext(sandbox))).toEqual([])
  })
})

it('describes stages with what they mean, statuses, record types and fields', async () => {
  sandbox.state.switches.set({ 'recordTypes.opportunity': 'on' })
  const { account, pipelines, fields } = await describeOrg(sandboxContext(sandbox))
  expect(account).toMatchObject({
    id: '00D000000000001EAA',
    currency: 'USD',
    timezone: 'America/Los_Angeles',
  })
  expect(pipelines.map(({ id, recordType }) => `${recordType} ${id}`)).toEqual([
    'opportunity NewBusiness',
    'opportunity Renewal',
    'opportunity Master',
    'lead Master',
  ])
  expect(pipelines[0]?.stages).toContainEqual({ id: 'Closed Won', label: 'Signed', milestone: 'won' })
  expect(pipelines.at(-1)?.stages.map(({ id }) => id)).toContain('Working - Contacted')
  expect(fields).toContainEqual({
    recordType: 'lead',
    name: 'ttclid__c',
    label: 'TikTok Click ID',
    type: 'string',
  })
})

describe('history', () => {
  it('tells every stage change since a moment, once, in small pages', async () => {
    sandbox.state.switches.set({ 'query.pageSize': '100' })
    sandbox.state.user.bulk({
      count: 450,
      stages: ['Prospecting', 'Closed Won'],
      from: NOW - DAY,
      everyMs: 1000,
    })
    const pages = await Array.fromAsync(history(NOW - DAY + 10_000, sandboxContext(sandbox)))
    const changes = pages.flat().map(({ change }) => change)
    expect(Math.max(...pages.map((page) => page.length))).toBeLessThanOrEqual(400)
    expect(new Set(changes.map(({ key }) => key)).size).toBe(changes.length)
    expect(changes.filter(({ milestone }) => milestone === 'won')).toHaveLength(450 - 9)
  })
})

describe('a poll', () => {
  it('goes on behind the last row after it was cut short, and reads a list again that ran out', async () => {
    const { user, locators, switches } = sandbox.state
    switches.set({ 'query.pageSize': '200' })
    user.bulk({ count: 900, from: NOW - DAY, everyMs: 1000 })
    const ctx = sandboxContext(sandbox)
    const seen: Ticket[] = []
    let cursor: JsonValue = null
    for await (const page of poll(null, ctx)) {
      seen.push(...page.tickets)
      cursor = page.cursor
      if (seen.length >= 400) break
    }
    for await (const page of poll(cursor, ctx)) {
      if (page.tickets.length > 0) locators.expireAll()
      seen.push(...page.tickets)
    }
    expect(new Set(seen.map(({ record }) => record.id)).size).toBe(900)
    expect(seen).toHaveLength(900)
  })

  it('asks for nothing below the reserve of the daily allowance, and goes on when there is more', async () => {
    const { usage, switches, clock } = sandbox.state
    switches.set({ 'api.dailyLimit': '1000' })
    const ctx = sandboxContext(sandbox, { dailyReserve: 0.5 })
    const { cursor } = await polled(ctx)
    usage.set(490)
    await expect(polled(ctx, cursor)).rejects.toMatchObject({ kind: 'quota' })
    expect(usage.used()).toBeLessThanOrEqual(500)
    clock.advance(2 * HOUR)
    usage.set(100)
    await polled(ctx, cursor)
  })

  it('says when a stage means something else than yesterday', async () => {
    const ctx = sandboxContext(sandbox)
    const { cursor } = await polled(ctx)
    const { store, clock } = sandbox.state
    const stage = [...store.table('OpportunityStage').all()].find(({ ApiName }) => ApiName === 'Negotiation')
    store
      .table('OpportunityStage')
      .put({ ...stage, IsWon: true, IsClosed: true } as NonNullable<typeof stage>)
    clock.advance(25 * HOUR)
    await polled(ctx, cursor)
    expect(ctx.warned).toContain('salesforce_stage_means_something_else')
  })

  it('finds by the daily sweep what a transaction of an hour hid from it', async () => {
    const { user, clock } = sandbox.state
    const ctx = sandboxContext(sandbox)
    let { cursor } = await polled(ctx)
    const id = user.create('Opportunity', { Name: 'Late', CloseDate: '2026-12-31' }, { lateMs: HOUR })
    clock.advance(30 * MINUTE)
    cursor = (await polled(ctx, cursor)).cursor
    clock.advance(HOUR)
    const missed = await polled(ctx, cursor)
    expect(missed.tickets).toEqual([])
    clock.advance(23 * HOUR)
    expect((await polled(ctx, missed.cursor)).tickets.map(({ record }) => record.id)).toContain(id)
  })
})
