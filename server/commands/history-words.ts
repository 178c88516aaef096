import { amountText } from '../../core/mapping/explain-words.ts'
import type { MoneyText } from '../../core/model/story.ts'
import { wrap } from '../terminal/wrap.ts'

/** A number as people read it. */
export function numberText(count: number): string {
  return count.toLocaleString('en-US')
}

/** `1 row`, `2 rows`. */
export function counted(count: number, noun: string, nouns = `${noun}s`): string {
  return `${numberText(count)} ${count === 1 ? noun : nouns}`
}

/** Amounts of several currencies. */
export function valuesText(values: readonly MoneyText[]): string {
  return values.map(amountText).join(', ')
}

/** `no_rule 3, repeated 1` */
export function countsText<K extends string>(
  key: K,
  counts: readonly (Record<K, string> & { count: number })[],
): string {
  return counts.map((each) => `${each[key]} ${numberText(each.count)}`).join(', ')
}

/** Lines of at most `width`, what runs over standing deeper; a line keeps the spaces it begins with. */
export function wrapped(lines: readonly string[], width: number): string {
  const told = lines.map((line) => {
    const indent = /^ */.exec(line)?.[0] ?? ''
    return indent + wrap(line, width - indent.length, `${indent}  `)
  })
  return `${told.join('\n')}\n`
}
