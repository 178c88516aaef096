import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Rule } from '../../../core/model/workspace.ts'
import { mergeRules } from '../../../server/ui/pages/rules/merge-rules.ts'
import { changesText } from '../../../server/ui/pages/rules/rule-words.ts'

const rule = (id: string, event = 'Lead'): Rule => ({
  id,
  source: '*',
  when: { stage: id },
  audience: 'any',
  once: true,
  send: { event, to: ['us-brand'], whenNoAmount: 'skip' },
})

describe('changes of two people to the same rules', () => {
  const was = [rule('a'), rule('b'), rule('c')]

  it('keeps both where they touched different rules', () => {
    const theirs = [rule('a', 'Contact'), rule('b'), rule('c'), rule('new')]
    const mine = [rule('a'), rule('b', 'Purchase')]
    const { rules, clashes } = mergeRules(was, theirs, mine)
    expect(clashes).toEqual([])
    expect(rules).toEqual([rule('a', 'Contact'), rule('b', 'Purchase'), rule('new')])
  })

  it('asks where both changed one, and takes the side that is chosen', () => {
    const theirs = [rule('a', 'Contact'), rule('b'), rule('c')]
    const mine = [rule('a', 'Purchase'), rule('b'), rule('c')]
    const { rules, clashes } = mergeRules(was, theirs, mine)
    expect(clashes).toEqual([{ id: 'a', theirs: rule('a', 'Contact'), mine: rule('a', 'Purchase') }])
    expect(rules[0]).toEqual(rule('a', 'Purchase'))
    expect(mergeRules(was, theirs, mine, new Set(['a'])).rules[0]).toEqual(rule('a', 'Contact'))
    // Removed on one side, changed on the other: asked as well.
    const removed = mergeRules(was, [rule('b'), rule('c')], mine)
    expect(removed.clashes).toEqual([{ id: 'a', theirs: null, mine: rule('a', 'Purchase') }])
  })

  it('keeps the order of whoever changed it', () => {
    const mine = [rule('c'), rule('a'), rule('b')]
    const theirs = [...was, rule('d')]
    expect(mergeRules(was, theirs, mine).rules.map(({ id }) => id)).toEqual(['c', 'a', 'b', 'd'])
    expect(mergeRules(was, mine, theirs).rules.map(({ id }) => id)).toEqual(['c', 'a', 'b', 'd'])
  })

  it('does not mind in which order members are written', () => {
    const { id, source, ...rest } = rule('a')
    const turned = [{ ...rest, source, id } as Rule, rule('b'), rule('c')]
    const mine = [rule('a', 'Purchase'), rule('b'), rule('c')]
    expect(mergeRules(was, turned, mine)).toEqual({ rules: mine, clashes: [] })
  })

  const some = fc
    .uniqueArray(fc.constantFrom('a', 'b', 'c', 'd', 'e'), { maxLength: 5 })
    .chain((ids) =>
      fc.tuple(...ids.map((id) => fc.constantFrom('Lead', 'Contact').map((event) => rule(id, event)))),
    )

  it('loses nothing of either side that the other did not touch', () => {
    fc.assert(
      fc.property(some, some, some, (before, theirs, mine) => {
        const { rules, clashes } = mergeRules(before, theirs, mine)
        const find = (all: readonly Rule[], id: string) => JSON.stringify(all.find((each) => each.id === id))
        const clashing = new Set(clashes.map(({ id }) => id))
        expect(new Set(rules.map(({ id }) => id)).size).toBe(rules.length)
        for (const id of ['a', 'b', 'c', 'd', 'e']) {
          const [w, t, m, r] = [before, theirs, mine, rules].map((all) => find(all, id))
          const isClash = m !== w && t !== w && m !== t
          expect(clashing.has(id)).toBe(isClash)
          expect(r).toBe(isClash || m !== w ? m : t)
        }
      }),
    )
  })
})

it('says what became of the rules', () => {
  const before = [rule('a'), rule('b')]
  expect(changesText(before, [rule('a', 'Purchase'), rule('c')])).toBe('c added; a changed; b removed')
  expect(changesText(before, [rule('b'), rule('a')])).toBe('order changed')
})
