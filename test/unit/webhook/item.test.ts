import { describe, expect, it } from 'vitest'
import { hydrated, invalidOf, item, NOW, payload, problemsOf, receive, sign, ticketOf } from './samples.ts'

const AT = '2026-11-20T10:00:00Z'

describe('amounts and currencies', () => {
  it.each([
    ['"4200.00"', 'USD', 420_000],
    ['4200', 'USD', 420_000],
    ['4200.5', 'USD', 420_050],
    ['"0"', 'USD', 0],
    ['"-5"', 'USD', -500],
    ['"120000"', 'JPY', 120_000],
    ['"12.500"', 'KWD', 12_500],
    ['"1"', 'usd ', 100],
  ])('counts %s %s exactly', async (amount, currency, minor) => {
    const { change, facts } = await hydrated(item({ amount: JSON.parse(amount), currency }))
    expect(change.amount).toEqual({ minor, currency: currency.trim().toUpperCase() })
    expect(facts.amount).toEqual(change.amount)
  })

  it.each(['NaN', 'Infinity', '1e400', '1.234,56', '1e21', '', ' 1', '1,000', '$5', '0x10', '12.345', '٣'])(
    'refuses the amount "%s"',
    async (amount) =>
      expect((await problemsOf(item({ amount, currency: 'USD' }))).join()).toMatch(/^\/amount: /),
  )

  it.each(['1e400', '1e21', 'true', '[]', '{}', '0.1234'])('refuses the JSON amount %s', async (amount) => {
    const one = JSON.stringify(item({ amount: 'HERE', currency: 'USD' })).replace('"HERE"', amount)
    const [first] = await receive(sign(one))
    expect(first?.ok === false && first.invalid.errors.map((error) => error.path)).toEqual(['/amount'])
  })

  it.each(['US$', 'XXX', '', 'EURO', 'US', 'ßD'])('refuses the currency "%s"', async (currency) => {
    expect((await problemsOf(item({ amount: '1', currency }), { defaultCurrency: 'USD' })).join()).toMatch(
      /^\/currency: /,
    )
  })

  it('never guesses a currency', async () => {
    expect(await problemsOf(item({ amount: '1' }))).toEqual(['/currency: is missing for the amount'])
    expect((await ticketOf(item({ amount: '1' }), { defaultCurrency: 'EUR' })).content).toMatchObject({
      facts: { amount: { minor: 100, currency: 'EUR' } },
    })
  })

  it('knows no amount when none is said', async () => {
    for (const amount of [null, undefined])
      expect((await hydrated(item({ amount, currency: 'USD' }))).change.amount).toBeNull()
  })

  it('refuses prices that are no plain decimal of zero or more', async () => {
    const priced = (price: unknown) =>
      item({
        contents: [
          { id: 'a', price: '1.459' },
          { id: 'b', price },
        ],
      })
    expect((await hydrated(priced(2))).facts.contents?.map((line) => line.price)).toEqual(['1.459', '2'])
    for (const price of ['-1', '1,5', '', '1e5'])
      expect(await problemsOf(priced(price))).toEqual([
        '/contents/1/price: must be a plain decimal of zero or more',
      ])
  })
})

describe('moments', () => {
  it.each(['2026-11-20', '2026-11-20T10:00:00', '20.11.2026', '1763632800', '2026-02-30T10:00:00Z', ''])(
    'refuses occurredAt "%s"',
    async (occurredAt) =>
      expect((await problemsOf(item({ occurredAt })))[0]).toMatch(/^\/occurredAt: .*2026-11-20T10/),
  )

  it('refuses a number, and says what to send', async () => {
    expect(await invalidOf(item({ occurredAt: 1763632800 }))).toMatchObject({
      errors: [{ path: '/occurredAt', message: 'must be text', remedy: expect.stringMatching(/ISO 8601/) }],
    })
  })

  it('takes five minutes ahead and no more, for every moment of an item', async () => {
    const ahead = (ms: number) => new Date(NOW + ms).toISOString()
    expect((await hydrated(item({ occurredAt: ahead(300_000) }))).asOf).toBe(NOW + 300_000)
    const late = ahead(300_001)
    const problems = await problemsOf(
      item({ occurredAt: late, click: { clickedAt: late }, touches: [{ at: AT }, { at: late }] }),
    )
    expect(problems.map((problem) => problem.split(':')[0])).toEqual([
      '/occurredAt',
      '/click/clickedAt',
      '/touches/1/at',
    ])
  })

  it('reads the offset', async () => {
    expect((await hydrated(item({ occurredAt: '2026-11-20T11:00:00+01:00' }))).change.occurredAt).toBe(
      Date.parse(AT),
    )
  })
})

describe('fields', () => {
  it('names every problem at once, with a place and a remedy, and repeats no value', async () => {
    const { id, errors } = await invalidOf({
      id: 'evt_9',
      record: { type: 'Deal', id: '' },
      occuredAt: AT,
      amount: '1.234,56',
      currency: 'US$',
      contact: { email: 7, mobile: '+14155550100' },
      eventId: 'x',
    })
    expect(id).toBe('evt_9')
    expect(errors.map((error) => error.path).sort()).toEqual(
      [
        '/amount',
        '/contact/email',
        '/contact/mobile',
        '/currency',
        '/eventName',
        '/occuredAt',
        '/occurredAt',
        '/record/id',
        '/record/type',
        '/stage',
      ].sort(),
    )
    for (const error of errors) expect(error.remedy, error.path).toMatch(/^[A-Z].*\.$/)
    expect(JSON.stringify(errors)).not.toContain('+14155550100')
  })

  it.each([
    [{ ammount: '1' }, 'amount'],
    [{ occurred_at: AT }, 'occurredAt'],
    [{ value: '1' }, 'amount'],
    [{ email: 'ada@example.com' }, 'contact.email'],
    [{ ttclid: 'x' }, 'click.ttclid'],
    [{ contact: { e_mail: 'x' } }, 'contact.email'],
    [{ utm: { utm_source: 'x' } }, 'utm.source'],
    [{ utm_source: 'x' }, 'utm.source'],
    [{ deal_id: 'x' }, 'record.id'],
  ])('says what %j was meant to be', async (changed, meant) => {
    const { errors } = await invalidOf(item(changed))
    expect(errors[0]?.remedy).toContain(`"${meant}"`)
  })

  it('repeats no name of a field that may be personal', async () => {
    const { errors } = await invalidOf(item({ 'ada@example.com': 1, contact: { 'Ada L': 1 } }))
    expect(errors).toHaveLength(2)
    expect(JSON.stringify(errors)).not.toMatch(/ada/i)
  })

  it('lists at most twenty problems and counts the rest', async () => {
    const { errors } = await invalidOf(
      Object.fromEntries(Array.from({ length: 5000 }, (_, at) => [`x${at}`, 1])),
    )
    expect(errors.length).toBeLessThanOrEqual(21)
    expect(errors.at(-1)?.message).toMatch(/more/)
  })

  it('takes null and missing as the same', async () => {
    const nulls = Object.fromEntries(
      [
        'id',
        'previousStage',
        'amount',
        'contents',
        'contact',
        'click',
        'touches',
        'utm',
        'pageUrl',
        'consent',
        'fields',
      ].map((name) => [name, null]),
    )
    expect((await ticketOf(item(nulls))).content).toEqual((await ticketOf(item())).content)
  })

  it('takes whole numbers for ids, as far as JSON keeps them', async () => {
    const one = await ticketOf(item({ id: 7, record: { type: 'deal', id: 1042 }, stage: 12, orderId: 5 }))
    expect(one).toMatchObject({ id: '7', key: 'id:7', record: { id: '1042' }, content: { stage: '12' } })
    expect((await problemsOf(item({ leadId: 2 ** 60 })))[0]).toMatch(/^\/leadId: .*below 2\^53/)
    for (const id of [1.5, -0.1]) expect((await problemsOf(item({ id })))[0]).toMatch(/^\/id/)
  })

  it('reads one or many of what a person has many of', async () => {
    const { identity } = await ticketOf(
      item({
        contact: {
          email: ['a@example.com', ' ', 'b@example.com'],
          phone: '+14155550100',
          externalId: [7, 'u-7'],
        },
      }),
    )
    expect(identity).toMatchObject({
      kind: 'raw',
      emails: ['a@example.com', 'b@example.com'],
      phones: ['+14155550100'],
      externalIds: ['7', 'u-7'],
    })
    expect((await ticketOf(item({ contact: { email: '', city: ' ' } }))).identity).toBeNull()
    expect((await ticketOf(item({ contact: {} }))).identity).toBeNull()
  })

  it('leaves junk identifiers to the hashing, which names them', async () => {
    for (const email of ['n/a', 'none', 'ADA@EXAMPLE.COM ', 'a'.repeat(64), 'ada@exämple.com'])
      expect((await ticketOf(item({ contact: { email } }))).identity?.emails).toEqual([email.trim()])
  })

  it('wants both halves of a browser event', async () => {
    const { change } = await hydrated(JSON.parse(payload('form-submitted.json').toString('utf8')))
    expect(change.browserEvent).toEqual({ id: '7d3b6a52-1f0e-4a41-9a55-0c9a40b7f2d1', name: 'Lead' })
    expect(await problemsOf(item({ eventName: 'Lead' }))).toEqual(['/eventId: is missing next to eventName'])
  })

  it('turns own fields into text', async () => {
    const { facts } = await hydrated(
      item({ fields: { seats: 25, renewal: false, team: 'west', gone: null } }),
    )
    expect(facts.fields).toEqual({ seats: '25', renewal: 'false', team: 'west' })
    expect(
      (await problemsOf(item({ fields: { 'a b': 1, list: [] } }))).map((one) => one.split(':')[0]),
    ).toEqual(expect.arrayContaining(['/fields', '/fields/list']))
  })
})

describe('keys', () => {
  it('are the id of the item, else the message and the place in it', async () => {
    expect(await ticketOf(item({ id: 'evt_81' }))).toMatchObject({ id: 'evt_81', key: 'id:evt_81' })
    expect(await ticketOf(item())).toMatchObject({ id: null, key: 'hook:msg_1#0' })
  })

  it('of one item never meet the fallback of another', async () => {
    const body = JSON.stringify([item(), item({ id: 'hook:msg_1#0' }), item({ id: 'msg_1#0' }), item()])
    const keys = (await receive(sign(body))).map((one) => one.ok && one.ticket.key)
    expect(new Set(keys).size).toBe(4)
  })

  it('of forms, and their records, are digests that differ by source', async () => {
    const form = { id: 'f@example.com', record: { type: 'form', id: 'ada@example.com' } }
    const { key, record, id, content } = await ticketOf(item(form))
    expect(id).toBe('f@example.com')
    expect(key).toMatch(/^id:[0-9a-f]{64}$/)
    expect(record).toEqual({ type: 'form', id: expect.stringMatching(/^[0-9a-f]{64}$/) })
    expect(JSON.stringify({ key, record, content })).not.toContain('example.com')
  })

  it('are refused where they read like an e-mail address and would be kept', async () => {
    const problems = await problemsOf(
      item({
        id: 'ada@example.com',
        orderId: 'b@example.com',
        record: { type: 'deal', id: 'x-c@example.com' },
      }),
    )
    expect(problems.map((problem) => problem.split(':')[0]).sort()).toEqual(['/id', '/orderId', '/record/id'])
    expect((await invalidOf(item({ id: 'ada@example.com' }))).id).toBeNull()
  })
})

describe('clicks and pages', () => {
  it('keeps of a page only what is about the ad', async () => {
    const pageUrl =
      'https://ada:secret@Shop.example:443/a%20b?email=ada@example.com&TTCLID=E.C.P.x&utm_source=tiktok&plan=pro&utm_content=ada@example.com#ada'
    const { facts } = await hydrated(item({ pageUrl }), { keepUrlParameters: ['plan'] })
    expect(facts.pageUrl).toBe('https://shop.example/a%20b?TTCLID=E.C.P.x&utm_source=tiktok&plan=pro')
    expect(facts.ttclid).toBe('E.C.P.x')
    expect(facts.utm).toMatchObject({ source: 'tiktok', content: null })
  })

  it('drops a path that holds an e-mail address', async () => {
    for (const path of ['/u/ada@example.com', '/u/ada%40example.com/x'])
      expect((await hydrated(item({ pageUrl: `https://shop.example${path}` }))).facts.pageUrl).toBe(
        'https://shop.example/',
      )
  })

  it.each(['shop.example', 'javascript:alert(1)', 'ftp://shop.example/', 'about:blank', 'https://'])(
    'refuses the page %s',
    async (pageUrl) =>
      expect(await problemsOf(item({ pageUrl }))).toEqual(['/pageUrl: is not an http or https URL']),
  )

  it('leaves referrers out that are no page', async () => {
    expect((await hydrated(item({ referrer: 'android-app://com.example/' }))).facts.referrer).toBeNull()
    expect((await hydrated(item({ referrer: 'https://a.example/x?q=ada' }))).facts.referrer).toBe(
      'https://a.example/x',
    )
  })

  it('prefers what the body says to what the page says', async () => {
    const { facts } = await hydrated(
      item({
        click: { ttclid: ' said ' },
        utm: { source: 'google', campaign: '__CAMPAIGN_NAME__' },
        pageUrl: 'https://shop.example/?ttclid=page&utm_source=tiktok&utm_campaign=spring&utm_id=17',
      }),
    )
    expect(facts.ttclid).toBe('said')
    expect(facts.utm).toEqual({
      source: 'google',
      medium: null,
      campaign: 'spring',
      content: null,
      term: null,
      id: '17',
    })
  })

  it.each(['__CLICKID__', '_CLICK_ID_', '', '  '])('takes the click id "%s" for none', async (ttclid) => {
    const { facts, touchpoints } = await hydrated(item({ click: { ttclid, clickedAt: AT } }))
    expect([facts.ttclid, facts.clickedAt, touchpoints]).toEqual([null, null, []])
  })

  it('makes a touchpoint of the click when its moment is known, and of every touch', async () => {
    const { touchpoints } = await hydrated(
      item({
        click: { ttclid: 'x', clickedAt: AT },
        touches: [
          { at: AT, utm: { source: 'google' } },
          { at: AT, pageUrl: 'https://shop.example/?ttclid=y' },
          { at: AT, kind: 'visit', ttclid: 'z' },
        ],
      }),
    )
    expect(touchpoints.map(({ kind, ttclid }) => `${kind} ${ttclid}`)).toEqual([
      'click x',
      'visit null',
      'click y',
      'visit z',
    ])
    expect((await hydrated(item({ click: { ttclid: 'x' } }))).touchpoints).toEqual([])
  })
})

describe('stages', () => {
  it.each([
    ['won', 'won'],
    ['WON ', 'won'],
    ['Lost', 'lost'],
    ['submitted', 'submitted'],
    ['Closed Won', 'Closed Won'],
  ])('%s is the milestone %s', async (stage, milestone) => {
    const { change } = await hydrated(
      item({ stage, previousStage: 'proposal', record: { type: 'deal', id: 'D', pipeline: 'p' } }),
    )
    expect(change).toMatchObject({
      stage: stage.trim(),
      milestone,
      previousStage: 'proposal',
      pipeline: 'p',
      historyId: null,
    })
  })
})
