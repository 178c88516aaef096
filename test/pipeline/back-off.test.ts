import { describe, expect, it } from 'vitest'
import { backOff } from '../../core/pipeline/settle.ts'

const MINUTE = 60_000

describe('the back-off', () => {
  it('doubles from two minutes to an hour', () => {
    const longest = Array.from({ length: 8 }, (_, attempts) => backOff(attempts, () => 1) / MINUTE)
    expect(longest).toEqual([2, 4, 8, 16, 32, 60, 60, 60])
    expect(backOff(1_000, () => 1)).toBe(60 * MINUTE)
  })

  it('is half chance, so that what failed together does not return together', () => {
    expect(backOff(5, () => 0)).toBe(30 * MINUTE)
    expect(new Set(Array.from({ length: 50 }, () => backOff(5))).size).toBeGreaterThan(10)
  })
})
