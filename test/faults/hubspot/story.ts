import fc from 'fast-check'

/** One thing that happens; numbers pick one of what is there. */
export type Step =
  | { do: 'create'; contact: boolean; amount: number | null }
  | { do: 'move'; deal: number; stage: number }
  | { do: 'amount'; deal: number; amount: number }
  | { do: 'associate'; deal: number }
  | { do: 'click'; contact: number }
  | { do: 'merge'; deal: number; other: number }
  | { do: 'archive' | 'restore'; deal: number }
  | { do: 'pass'; seconds: number }
  | { do: 'poll'; pages: number }
  | { do: 'deliver'; drop: boolean; seed: number }
  | { do: 'cycle' }
  | { do: 'crash' }
  | { do: 'fault'; code: number; times: number }
  | { do: 'lag'; seconds: number }

const one = fc.nat(20)
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('create' as const),
      contact: fc.boolean(),
      amount: fc.option(fc.nat(9999)),
    }),
  },
  { weight: 8, arbitrary: fc.record({ do: fc.constant('move' as const), deal: one, stage: one }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('amount' as const), deal: one, amount: fc.nat(9999) }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('associate' as const), deal: one }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('click' as const), contact: one }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('merge' as const), deal: one, other: one }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constantFrom('archive' as const, 'restore' as const), deal: one }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('pass' as const), seconds: fc.integer({ min: 1, max: 3000 }) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('poll' as const), pages: fc.integer({ min: 1, max: 9 }) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('deliver' as const), drop: fc.boolean(), seed: fc.nat(99) }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('cycle' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('crash' as const) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('fault' as const),
      code: fc.constantFrom(429, 500, 502, 423, 401),
      times: fc.integer({ min: 1, max: 3 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('lag' as const), seconds: fc.constantFrom(0, 30, 600, 4000) }),
  },
)

/** A story of a portal and of everything that goes wrong on the way. */
export const story = fc.array(step, { minLength: 5, maxLength: 60 })
