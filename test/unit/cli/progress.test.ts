import { expect, it } from 'vitest'
import { progressOn } from '../../../server/terminal/progress.ts'

function drawn(interactive: boolean): string[] {
  const said: string[] = []
  let now = 1000
  const terminal = { err: (text: string) => said.push(text), now: () => now, interactive }
  const progress = progressOn(terminal, 'rows')
  progress.show(500, 1000)
  progress.show(600, 1000)
  now += 100
  progress.show(1000, null)
  progress.end()
  return said
}

it('draws a bar where somebody looks, not more often than it can be read, and takes it away', () => {
  expect(drawn(true)).toEqual([
    '\r\x1b[K[############            ] 500 of 1,000 rows',
    '\r\x1b[K1,000 rows',
    '\r\x1b[K',
  ])
})

it('draws nothing into a log', () => {
  expect(drawn(false)).toEqual([])
})
