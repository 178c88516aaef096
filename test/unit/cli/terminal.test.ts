import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ClosebackError } from '../../../core/model/errors.ts'
import { terminalLog } from '../../../server/terminal/log.ts'
import { exitCodeOf, failureOf, failureText } from '../../../server/terminal/show-error.ts'
import { table } from '../../../server/terminal/table.ts'
import type { Terminal } from '../../../server/terminal/terminal.ts'
import { wrap } from '../../../server/terminal/wrap.ts'

describe('wrap', () => {
  it('loses no word, and passes the width only for a word that is longer than a line', () => {
    const word = fc.stringMatching(/^[a-zA-Z0-9.,:]{1,30}$/)
    fc.assert(
      fc.property(fc.array(word, { maxLength: 60 }), fc.integer({ min: 10, max: 100 }), (words, width) => {
        const lines = wrap(words.join(' '), width, '  ').split('\n')
        expect(
          lines
            .join(' ')
            .split(/\s+/)
            .filter((each) => each !== ''),
        ).toEqual(words)
        for (const line of lines) if (line.length > width) expect(line.trim()).not.toContain(' ')
      }),
    )
  })
})

describe('table', () => {
  const columns = [
    { title: 'id', align: 'right' as const },
    { title: 'record', shrink: true as const },
    { title: 'state' },
  ]

  it('keeps to its width and keeps both ends of what it shortens', () => {
    const id = `deal:${'x'.repeat(90)}-1042`
    const text = table(columns, [{ cells: ['1', id, 'accepted'], note: 'why '.repeat(40) }], 60)
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(60)
    expect(text).toMatch(/deal:x+…x+-1042 {2}accepted/)
    expect(text).toMatch(/^ {4}why why.*…$/m)
  })

  it('is no wider than it has to be', () => {
    expect(table(columns, [{ cells: ['12', 'deal:D-1', 'held'], note: '' }], 80)).toBe(
      'id  record    state\n12  deal:D-1  held\n',
    )
  })
})

describe('an error for people', () => {
  it('says what happened, every issue with its place, and the remedy', () => {
    const error = new ClosebackError('invalid', 'the file cannot be applied', {
      remedy: 'Correct it.',
      issues: [
        { path: 'rules[0].id', message: 'line 3: is missing', remedy: 'Give it one.' },
        { path: '', message: 'the file is empty' },
      ],
    })
    expect(failureText(failureOf(error), { width: 80 })).toBe(
      'The file cannot be applied.\n  rules[0].id: line 3: is missing\n    Give it one.\n  the file is empty\nCorrect it.\n',
    )
  })

  it.each([
    ['invalid', 2],
    ['config', 2],
    ['too_large', 2],
    ['unsupported', 2],
    ['usage', 2],
    ['not_found', 1],
    ['conflict', 1],
    ['unavailable', 1],
    ['unexpected', 1],
  ])('of kind %s exits %i', (code, exit) => {
    expect(exitCodeOf({ code, message: '', remedy: '', issues: [] })).toBe(exit)
  })
})

describe('the log of a command', () => {
  const linesAt = (level: string | undefined) => {
    const lines: string[] = []
    const log = terminalLog({
      env: { LOG_LEVEL: level },
      err: (text: string) => lines.push(text),
    } as unknown as Terminal)
    for (const name of ['debug', 'info', 'warn', 'error'] as const)
      log[name]({ set: 'C4', why: 'two words' }, name)
    return lines
  }

  it.each([
    [undefined, 2],
    ['debug', 4],
    ['info', 3],
    ['error', 1],
    ['silent', 0],
  ])('shows at LOG_LEVEL %s %i of four', (level, count) => {
    expect(linesAt(level)).toHaveLength(count)
  })

  it('writes one readable line an event', () => {
    expect(linesAt('error')).toEqual(['error error set=C4 why="two words"\n'])
  })
})
