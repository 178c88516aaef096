import { describe, expect, it } from 'vitest'
import { checkRules, suspectRules } from '../../../core/mapping/check-rules.ts'
import { compileRules } from '../../../core/mapping/mapper.ts'
import { connection, type RuleParts, rule, workspace } from './samples.ts'

const connections = [
  connection(),
  connection({ id: 'shops', eventSets: { offline: '71' } }),
  connection({ id: 'leads', eventSets: { crm: '72' } }),
]
const check = (...rules: RuleParts[]) =>
  checkRules(workspace({ connections, rules: rules.map((parts, at) => rule({ id: `r${at}`, ...parts })) }))

describe('checkRules', () => {
  it('has nothing against good rules', () => {
    const good: RuleParts[] = [
      {},
      { source: 'crm', send: { event: 'DealWon', to: ['us', 'leads'] } },
      {
        when: { stage: 'qualified' },
        send: { event: 'SubmitForm', to: ['shops'], value: { fixed: '0', currency: 'JPY' } },
      },
    ]
    expect(check(...good)).toEqual([])
  })

  it.each<[string, RuleParts, string]>([
    ['an unknown source', { source: 'hubspot' }, 'rules[0].source'],
    ['an unknown connection', { send: { to: ['us', 'eu'] } }, 'rules[0].send.to[1]'],
    ['a connection named twice', { send: { to: ['us', 'us'] } }, 'rules[0].send.to[1]'],
    [
      'a custom event to a connection with only an offline set',
      { send: { event: 'DealWon', to: ['us', 'shops'] } },
      'rules[0].send.to[1]',
    ],
    [
      'a fixed value with too many decimals',
      { send: { value: { fixed: '1.005', currency: 'USD' } } },
      'rules[0].send.value.fixed',
    ],
    [
      'a fixed value below zero',
      { send: { value: { fixed: '-1', currency: 'USD' } } },
      'rules[0].send.value.fixed',
    ],
    [
      'a share below zero',
      { send: { value: { from: 'amount', percent: '-20' } } },
      'rules[0].send.value.percent',
    ],
  ])('refuses %s, with its path and a remedy', (_, parts, path) => {
    expect(check(parts)).toEqual([{ path, message: expect.any(String), remedy: expect.any(String) }])
  })

  it('leaves a currency that does not exist to the check of the document', () => {
    expect(check({ send: { value: { fixed: '1', currency: 'XXX' } } })).toEqual([])
  })

  it('tells all problems at once', () => {
    const paths = check({ source: 'nobody', send: { to: ['eu'] } }, { send: { to: ['asia'] } }).map(
      ({ path }) => path,
    )
    expect(paths).toEqual(['rules[0].source', 'rules[0].send.to[0]', 'rules[1].send.to[0]'])
  })

  describe('both names of a renamed event', () => {
    it.each<[string, RuleParts, RuleParts, boolean]>([
      ['CompletePayment and Purchase for one stage', { send: { event: 'CompletePayment' } }, {}, true],
      [
        'Lead and SubmitForm for one stage',
        { send: { event: 'Lead' } },
        { send: { event: 'SubmitForm' } },
        true,
      ],
      ['of all sources and one', { source: 'crm', send: { event: 'CompletePayment' } }, {}, true],
      [
        'with a pipeline and without',
        { when: { pipeline: 'b' } },
        { send: { event: 'CompletePayment' } },
        true,
      ],
      ['for two stages', { when: { stage: 'paid' } }, { send: { event: 'CompletePayment' } }, false],
      ['of two sources', { source: 'crm' }, { source: 'shop', send: { event: 'CompletePayment' } }, false],
      [
        'of two pipelines',
        { when: { pipeline: 'a' } },
        { when: { pipeline: 'b' }, send: { event: 'CompletePayment' } },
        false,
      ],
      [
        'of two record types',
        { when: { record: 'deal' } },
        { when: { record: 'form' }, send: { event: 'CompletePayment' } },
        false,
      ],
      ['to two connections', { send: { to: ['shops'] } }, { send: { event: 'CompletePayment' } }, false],
      ['not both: one name twice', {}, {}, false],
    ])('%s', (_, first, second, refused) => {
      const issues = check(first, second)
      expect(issues.map(({ path }) => path)).toEqual(refused ? ['rules[1].send.event'] : [])
    })
  })
})

describe('compileRules without the checks', () => {
  it('refuses a connection that does not exist rather than to send nothing', () => {
    const parts = workspace({ rules: [rule({ send: { to: ['eu'] } })] })
    expect(() => compileRules(parts, new Map())).toThrow('"eu", which does not exist')
  })
})

describe('suspectRules', () => {
  it.each([
    ['purchase', 'Purchase'],
    ['Purchse', 'Purchase'],
    ['Complete Payment', 'CompletePayment'],
    ['leads', 'Lead'],
    ['add_to_cart', 'AddToCart'],
  ])('"%s" was probably meant to be %s', (event, meant) => {
    const [issue] = suspectRules(workspace({ rules: [rule({ send: { event } })] }))
    expect(issue).toMatchObject({
      path: 'rules[0].send.event',
      message: expect.stringContaining(`"${meant}"`),
    })
  })

  it.each(['Purchase', 'CompletePayment', 'DealWon', 'QualifiedLead', '購入'])(
    '"%s" is meant as it is',
    (event) => {
      expect(suspectRules(workspace({ rules: [rule({ send: { event } })] }))).toEqual([])
    },
  )
})
