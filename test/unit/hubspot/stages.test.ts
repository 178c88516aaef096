import { describe, expect, it } from 'vitest'
import { readStages } from '../../../adapters/hubspot/stages.ts'

const milestone = (metadata: Record<string, string>) =>
  readStages([{ id: 'p', label: 'P', stages: [{ id: 's', label: 'S', metadata }] }]).find('s', null)
    ?.milestone

describe('what a stage means', () => {
  it.each([
    [{ isClosed: 'true', probability: '1.0' }, 'won'],
    [{ isClosed: 'true', probability: '1' }, 'won'],
    [{ isClosed: 'true', probability: '0.0' }, 'lost'],
    [{ isClosed: 'true', probability: '0' }, 'lost'],
    [{ probability: '1.0' }, 'won'],
    [{ probability: '0' }, 's'],
    [{ isClosed: 'false', probability: '1.0' }, 's'],
    [{ isClosed: 'true', probability: '0.5' }, 's'],
    [{ isClosed: 'true' }, 's'],
    [{ isClosed: 'TRUE', probability: ' 1 ' }, 'won'],
    [{}, 's'],
    [{ probability: '' }, 's'],
  ])('%j is %s', (metadata, expected) => {
    expect(milestone(metadata as Record<string, string>)).toBe(expected)
  })

  it('is looked for in the pipeline of the deal first', () => {
    const stage = (probability: string) => ({
      id: 'x',
      label: 'X',
      metadata: { isClosed: 'true', probability },
    })
    const stages = readStages([
      { id: 'a', label: 'A', stages: [stage('0')] },
      { id: 'b', label: 'B', stages: [stage('1')] },
    ])
    expect(stages.find('x', 'b')?.milestone).toBe('won')
    expect(stages.find('x', 'gone')?.milestone).toBe('lost')
    expect(stages.find('y', 'a')).toBeNull()
  })
})
