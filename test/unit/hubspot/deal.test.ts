import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { translateDeal } from '../../../adapters/hubspot/deal.ts'
import { isHydrated } from '../../../core/adapter.ts'
import { aContact, aDeal, NOW, past, STAGES, someSettings } from './samples.ts'

const how = { settings: someSettings({ fields: ['dealtype'] }), stages: STAGES, home: 'USD' }
const WON = '139921'

function changesOf(deal: ReturnType<typeof aDeal>, given: Partial<typeof how> = {}) {
  return translateDeal({ deal, contacts: [] }, 't', { ...how, ...given })
    .filter(isHydrated)
    .map(({ change }) => change)
}

function factsOf(
  deal: ReturnType<typeof aDeal>,
  contacts: { id: string; properties: Record<string, string>; label?: string }[] = [],
) {
  const linked = contacts.map(({ id, properties, label }) => ({
    association: { id, typeIds: [3], labels: label ? [label] : [] },
    contact: aContact(id, properties),
  }))
  const [said] = translateDeal({ deal, contacts: linked }, 't', how)
  if (!said) throw new Error('nothing was said')
  return said
}

describe('stage changes', () => {
  it('are the entries of the stage history, won and lost by what the stage means', () => {
    const history = { dealstage: [past('new', 0), past('closedwon', 1), past(WON, 2), past('139922', 3)] }
    expect(changesOf(aDeal({ dealstage: '139922', pipeline: 'default' }, history))).toMatchObject([
      { key: `101:new:${NOW}`, stage: 'new', previousStage: null, milestone: 'new', occurredAt: NOW },
      { stage: 'closedwon', previousStage: 'new', milestone: 'closedwon', pipeline: 'default' },
      { stage: WON, milestone: 'won', occurredAt: NOW + 2000 },
      { stage: '139922', previousStage: WON, milestone: 'lost' },
    ])
  })

  it('come again when a deal is reopened, but not when a merge writes the same stage again', () => {
    const history = { dealstage: [past(WON, 0), past('new', 1), past('new', 2), past(WON, 3)] }
    expect(changesOf(aDeal({}, history)).map(({ milestone }) => milestone)).toEqual(['won', 'new', 'won'])
  })

  it('carry the amount that stood then, in the currency of the deal', () => {
    const history = { dealstage: [past('new', 0), past(WON, 5)], amount: [past('100', 3), past('250.5', 9)] }
    const deal = aDeal({ amount: '250.5', deal_currency_code: 'EUR' }, history)
    expect(changesOf(deal).map(({ amount }) => amount)).toEqual([null, { minor: 10_000, currency: 'EUR' }])
    expect(factsOf(deal).facts.amount).toEqual({ minor: 25_050, currency: 'EUR' })
  })

  it('of an import are left out on demand', () => {
    const history = { dealstage: [past('new', 0, 'IMPORT'), past(WON, 1)] }
    const skip = { settings: someSettings({ imports: 'skip' }) }
    expect(changesOf(aDeal({}, history), skip).map(({ stage }) => stage)).toEqual([WON])
    expect(changesOf(aDeal({}, history))).toHaveLength(2)
  })

  it('into a stage that was deleted since still tell what HubSpot says of the deal now', () => {
    const history = { dealstage: [past('gone', 0), past('gone-too', 1)] }
    const deal = aDeal({ pipeline: 'old', hs_is_closed_won: 'true' }, history)
    expect(changesOf(deal)).toMatchObject([
      { milestone: 'gone', pipeline: null },
      { milestone: 'won', pipeline: 'old' },
    ])
  })

  it('have keys of their own, whatever the history', () => {
    const entry = fc.record({
      value: fc.constantFrom('new', 'closedwon', WON),
      seconds: fc.integer({ min: 0, max: 60 }),
    })
    fc.assert(
      fc.property(fc.uniqueArray(entry, { selector: ({ seconds }) => seconds }), (entries) => {
        const dealstage = entries
          .toSorted((a, b) => a.seconds - b.seconds)
          .map(({ value, seconds }) => past(value, seconds))
        const changes = changesOf(aDeal({}, { dealstage }))
        expect(new Set(changes.map(({ key }) => key)).size).toBe(changes.length)
        changes.forEach((change, index) => {
          expect(change.previousStage).toBe(changes[index - 1]?.stage ?? null)
        })
      }),
    )
  })
})

describe('the amount', () => {
  it('is in the currency of the account where the deal names none', () => {
    expect(factsOf(aDeal({ amount: '10' })).facts.amount).toEqual({ minor: 1000, currency: 'USD' })
  })

  it.each([
    ['ten', 'USD', /plain decimal/],
    ['10', 'DOGE', /ISO 4217/],
    ['10.005', 'USD', /decimals/],
  ])('%s %s is named, and the deal goes on without', (amount, deal_currency_code, problem) => {
    const { facts } = factsOf(aDeal({ amount, deal_currency_code }))
    expect(facts.amount).toBeNull()
    expect(facts.fields?.amount_problem).toMatch(problem)
  })

  it('without any currency says what to set', () => {
    const [said] = translateDeal({ deal: aDeal({ amount: '10' }), contacts: [] }, 't', { ...how, home: null })
    expect(said?.facts.fields?.amount_problem).toMatch(/homeCurrency/)
  })
})

describe('the contact', () => {
  it('is missing, and says so', () => {
    expect(factsOf(aDeal())).toMatchObject({
      identity: null,
      facts: { hasContact: false, presence: 'present' },
    })
  })

  it('brings all its addresses and numbers', () => {
    const emails = Array.from({ length: 20 }, (_, index) => `a${index}@example.com`)
    const properties = {
      email: 'ada@example.com',
      hs_additional_emails: emails.join(';'),
      phone: '1',
      mobilephone: '2',
    }
    expect(factsOf(aDeal(), [{ id: '1', properties }]).identity).toMatchObject({
      kind: 'raw',
      emails: ['ada@example.com', ...emails],
      phones: ['1', '2'],
    })
  })

  it('is chosen by label, then click id, then age, and the deal remembers how', () => {
    const settings = someSettings({ contactLabel: 'Buyer' })
    const chosen = (contacts: { id: string; ttclid?: string; label?: string }[]) => {
      const linked = contacts.map(({ id, ttclid = '', label }) => ({
        association: { id, typeIds: [3], labels: label ? [label] : [] },
        contact: aContact(id, { email: `${id}@example.com`, ttclid }),
      }))
      const [said] = translateDeal({ deal: aDeal(), contacts: linked }, 't', { ...how, settings })
      const [email] = said?.identity?.kind === 'raw' ? said.identity.emails : []
      return [email, said?.facts.fields?.contact_chosen_by]
    }
    expect(chosen([{ id: '20' }, { id: '9' }])).toEqual(['9@example.com', 'earliest contact'])
    expect(chosen([{ id: '9' }, { id: '20', ttclid: 'C' }])).toEqual(['20@example.com', 'click id'])
    expect(
      chosen([
        { id: '9', ttclid: 'C' },
        { id: '20', label: 'Buyer' },
      ]),
    ).toEqual(['20@example.com', 'label'])
    expect(chosen([{ id: '9' }])).toEqual(['9@example.com', undefined])
  })
})

describe('the click id', () => {
  const contact = { id: '1', properties: { ttclid: 'E.C.P.Contact', hs_tiktok_click_id: 'E.C.P.Native' } }

  it('is the deal’s, then the contact’s own, then the native one, in the case it was written', () => {
    expect(factsOf(aDeal({ ttclid: 'E.C.P.Deal' }), [contact]).facts.ttclid).toBe('E.C.P.Deal')
    expect(factsOf(aDeal(), [contact]).facts.ttclid).toBe('E.C.P.Contact')
    const native = { id: '1', properties: { hs_tiktok_click_id: 'E.C.P.Native' } }
    expect(factsOf(aDeal(), [native]).facts.ttclid).toBe('E.C.P.Native')
  })

  it('is none when the macro was never filled in, or it reads like an address', () => {
    for (const ttclid of ['__CLICKID__', '  ', 'ada@example.com'])
      expect(factsOf(aDeal({ ttclid }), [contact]).facts.ttclid).toBe('E.C.P.Contact')
  })

  it('is dated by the contact it was copied from, and is one touchpoint', () => {
    const deal = aDeal({ ttclid: 'C' }, { ttclid: [past('C', 90)] })
    const dated = { ...aContact('1', { ttclid: 'C' }), history: { ttclid: [past('B', 5), past('C', 30)] } }
    const linked = [{ association: { id: '1', typeIds: [3], labels: [] }, contact: dated }]
    const [said] = translateDeal({ deal, contacts: linked }, 't', how)
    expect(said?.facts.clickedAt).toBe(NOW + 30_000)
    expect(said?.touchpoints.map(({ ttclid, at }) => [ttclid, at])).toEqual([
      ['B', NOW + 5000],
      ['C', NOW + 30_000],
    ])
  })
})

describe('the record itself', () => {
  it('tells who was merged into it', () => {
    const said = translateDeal(
      { deal: aDeal({ hs_merged_object_ids: '7;8' }, { dealstage: [past('new', 0)] }), contacts: [] },
      't',
      how,
    )
    expect(said[0]).toMatchObject({ record: { type: 'deal', id: '101' }, mergedIds: ['7', '8'] })
    expect(said).toHaveLength(2)
  })

  it('is deleted when it is archived, and keeps its history', () => {
    const deal = aDeal({}, { dealstage: [past(WON, 0)] }, { archived: true })
    expect(factsOf(deal)).toMatchObject({
      change: { milestone: 'won' },
      facts: { presence: 'deleted', hasContact: null },
    })
  })

  it('names the visitor whose visits were told of: its own, else of its contact', () => {
    const contact = { id: '1', properties: { closeback_id: 'v1' } }
    expect(factsOf(aDeal(), [contact]).facts.fields).toEqual({ closeback_id: 'v1' })
    expect(factsOf(aDeal({ closeback_id: 'v2' }), [contact]).facts.fields).toEqual({ closeback_id: 'v2' })
  })

  it('shows rules the fields they were given, and nothing personal', () => {
    expect(factsOf(aDeal({ dealtype: 'newbusiness' })).facts.fields).toEqual({ dealtype: 'newbusiness' })
    expect(factsOf(aDeal({ dealtype: 'ada@example.com' })).facts.fields).toBeNull()
  })
})
