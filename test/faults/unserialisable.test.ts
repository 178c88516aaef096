import { expect, it } from 'vitest'
import { useRealPair, wonNow } from '../support/use-real-pair.ts'

const pairOf = useRealPair()

/** An item as text, with something in it that no object could carry to JSON. */
function withField(name: string, value: string): string {
  return JSON.stringify(wonNow(name, { fields: { x: '?' } })).replace('"?"', value)
}

it('refuses an item that could not be written down again, and lets its neighbours flow', async () => {
  const pair = await pairOf()
  const host = await pair.start()
  const deep = `${'['.repeat(5000)}${']'.repeat(5000)}`
  const bad = [
    withField('U-1', '"\\ud800"'),
    withField('U-2', '1e400'),
    withField('U-3', deep),
    withField('U-4', '{"\\udfff":1}'),
    JSON.stringify(wonNow('U-5')).replace('"4200.00"', '1e999'),
    JSON.stringify(wonNow('U-6')).replace('evt-U-6', 'evt-\\ud83d'),
  ]
  const body = `[${[JSON.stringify(wonNow('D-1')), ...bad, JSON.stringify(wonNow('D-2'))].join(',')}]`
  const { status, results } = await pair.postText(host, body)
  expect(status).toBe(207)
  expect(results.map((result) => result.status)).toEqual([
    'received',
    ...bad.map(() => 'invalid'),
    'received',
  ])
  expect(await pair.push(host)).toMatchObject({ accepted: 2, rejected: 0, requests: 1 })
})
